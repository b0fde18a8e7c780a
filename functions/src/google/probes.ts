// Firestore behind the Probes port.
import { PROBE, type Probe } from '@mymlops/protocol';
import type { Probes } from '../ports/probes';
import type { Database } from './database';

export function openProbes({ connect, within }: Database): Probes {
  return {
    async load() {
      const found = await within('get', (await connect()).doc(PROBE).get());
      return found.data() as Probe | undefined;
    },
    async write(probe) {
      await within(['set'], (await connect()).doc(PROBE).set({ ...probe }));
    },
  };
}
