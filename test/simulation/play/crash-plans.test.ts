// Every call that the functions can make through their ports goes wrong in one of the enumerated histories.
import { runKind } from '../../../functions/src/engine/run/kind';
import { fakeGoogle } from '../../fakes/google';
import { READS } from '../model/gates';
import { crashPlans } from './crash-plans';

function callable(): string[] {
  const { documents, slotPools, probes, sweeps, compute, resultsBucket, liveBucket, bus, ...more } =
    fakeGoogle().context;
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
    resultsBucket,
    liveBucket,
    bus,
  };
  return Object.entries(ports).flatMap(([port, calls]) => Object.keys(calls).map((call) => `${port}.${call}`));
}

/** Calls that other tests let fail. */
const ELSEWHERE = new Set([
  'runs.isNamed',
  ...['compute.setMachineType', 'compute.resizeDisk'],
  ...['getImage', 'createImage', 'deleteImage', 'awaitImage'].map((call) => `compute.${call}`),
]);

test('no call is left out', async () => {
  const enumerated = new Set<string>();
  for await (const { faults } of crashPlans()) {
    const fault = faults.at(-1);
    // The toy's document is one as any other.
    if (fault?.kind === 'call' && !fault.name.startsWith('toys.')) enumerated.add(fault.name);
  }
  // No history has a snapshot in its bucket: test/control/remove-snapshots.test.ts lets those calls fail. Nor does one build an
  // image: test/control/image-crash.test.ts does; nor does a user change the machine: test/control/instance-crash.test.ts does.
  const expected = [...callable().filter((name) => !ELSEWHERE.has(name)), 'bus.askDaily', 'snapshots.list'];
  expect([...enumerated].toSorted()).toEqual(expected.toSorted());
});

test('calls that count as reads exist', () => {
  const ofRuns = [...READS].filter((name) => !/^(toys|instances)\./.test(name));
  expect(callable()).toEqual(expect.arrayContaining(ofRuns));
});
