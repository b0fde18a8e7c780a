// The ports of a dry run: they read as the others do, and whatever would change something is answered as done.
import { runKind } from '../../functions/src/engine/run/kind';
import { readOnlyPorts } from '../../functions/src/sweep/read-only';
import { aRun, stored } from '../effects/task';
import { aRef, at, RUN } from '../fakes/builders';
import { fakeGoogle } from '../fakes/google';

const report = { v: 1, at: at(0) } as never;

test('reads see the real documents', async () => {
  const google = fakeGoogle();
  google.documents.set(RUN, { state: aRun(), summary: { live: true }, version: 1 });
  google.pools.set('deployment', { pool: { v: 1, max: 1, holders: [aRef()], queue: [] }, version: 1 });
  google.probe = { v: 1, sentAt: at(0) } as never;
  const { documents, slotPools, probes, orphanCandidates } = readOnlyPorts(google.context);
  expect((await documents(runKind.documents).load(RUN))?.state).toEqual(aRun());
  expect(await slotPools.all()).toHaveLength(1);
  expect(await probes.load()).toEqual(google.probe);
  expect(await orphanCandidates.all()).toEqual([]);
});

test('nothing is written, requested or taken, but each call answers as if it were', async () => {
  const google = fakeGoogle();
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  const { documents, slotPools, probes, sweeps, orphanCandidates, deadLetters, deadMessages, bus, log } = readOnlyPorts(
    google.context,
  );
  const store = documents(runKind.documents);
  const run = stored(aRun());
  expect(await store.create(RUN, run.state, { live: true })).toBe('exists');
  expect(await store.update(run, run.state, { live: true })).toBe(true);
  expect(await store.remove(run, { v: 1, by: 'ada', at: at(0), expiresAt: new Date(0) })).toBe(false);
  expect(await slotPools.write({ stored: { name: 'p' }, pool: { v: 1, max: 1, holders: [], queue: [] } })).toBe(true);
  expect(await deadMessages.pull('requests', 10)).toEqual([]);
  const rest = [
    store.removeBelow(RUN),
    probes.write({ v: 1 } as never),
    sweeps.write(report, true),
    sweeps.writeAnswer('p', report),
    orphanCandidates.mark({} as never),
    orphanCandidates.drop('vm-1'),
    deadLetters.write('1', {} as never),
    bus.ask({}),
    bus.sendProbe({ v: 1, type: 'probe', at: at(0) }),
    deadMessages.acknowledge('requests', ['1']),
  ];
  for (const answer of rest) expect(answer).toBeInstanceOf(Promise);
  expect(await Promise.all(rest)).toEqual(rest.map(() => undefined));
  expect(log('ERROR', 'why', {})).toBeUndefined();
  expect(calls).toEqual([]);
});
