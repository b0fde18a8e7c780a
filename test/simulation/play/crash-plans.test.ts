// Every call that the functions can make through their ports goes wrong in one of the enumerated histories.
import { runKind } from '../../../functions/src/engine/run/kind';
import { fakeGoogle } from '../../fakes/google';
import { crashPlans } from './crash-plans';

test('no call is left out', async () => {
  const { documents, slotPools, probes, sweeps, compute, bucket, bus, ...more } = fakeGoogle().context;
  const { orphanCandidates, deadLetters, deadMessages } = more;
  const runs = documents(runKind.documents);
  const ports = {
    runs,
    slots: slotPools,
    probes,
    sweeps,
    orphanCandidates,
    deadLetters,
    deadMessages,
    compute,
    bucket,
    bus,
  };
  const callable = Object.entries(ports).flatMap(([port, calls]) =>
    Object.keys(calls).map((call) => `${port}.${call}`),
  );
  const enumerated = new Set<string>();
  for await (const { faults } of crashPlans()) {
    const fault = faults.at(-1);
    // The toy's document is one as any other.
    if (fault?.kind === 'call' && !fault.name.startsWith('toys.')) enumerated.add(fault.name);
  }
  expect([...enumerated].toSorted()).toEqual(callable.toSorted());
});
