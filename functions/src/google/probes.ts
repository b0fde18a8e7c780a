// Firestore behind the Probes port.
import { PROBE, type Endpoints, type Names, type Probe } from '@mymlops/protocol';
import type { Probes } from '../ports/probes';
import { openDatabase } from './database';

export function openProbes(names: Names, local: () => Endpoints | undefined): Probes {
  const { connect, within } = openDatabase(names, local);
  return {
    async load() {
      const found = await within('Firestore get', (await connect()).doc(PROBE).get());
      return found.data() as Probe | undefined;
    },
    async write(probe) {
      await within('Firestore set', (await connect()).doc(PROBE).set({ ...probe }));
    },
  };
}
