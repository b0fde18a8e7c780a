// A VM's report: by whose clock it counts, and what follows it in which order.
import { vmName } from '@mymlops/protocol';
import { mergeReport } from '../../functions/src/control/report';
import type { Message } from '../../functions/src/control/message';
import type { Claims } from '../../functions/src/engine/vm/identity';
import { runKind } from '../../functions/src/engine/run/kind';
import { aRun, makeVm } from '../effects/task';
import { BUCKETS } from '../fakes/buckets';
import { anAttempt, aVm, parsedReport, RUN } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';

const PUBLISHED = '2026-11-21T10:03:00.000Z';
const report = parsedReport({ sentAt: '2027-05-05T05:05:05.000Z', state: { phase: 'execute' } });
const message: Message = { id: 'm1', publishedAt: PUBLISHED, text: '', attributes: {} };

/** What the token of its VM says. */
const CLAIMS: Claims = {
  audience: RUN,
  project: 'local',
  zone: 'local-a',
  vm: vmName('mymlops', RUN, 1),
  vmId: '42',
  createdMs: Date.parse('2026-11-21T10:00:00.000Z'),
};

/** A run with a VM that has not reported; it is ten o'clock and an hour, and Pub/Sub was away. */
async function setUp(state = aRun({ 1: anAttempt() })): Promise<FakeGoogle> {
  const google = fakeGoogle();
  await makeVm(google);
  google.context.tokens = { verify: () => Promise.resolve(CLAIMS) };
  google.nowMs = Date.parse('2026-11-21T11:00:00.000Z');
  google.documents.set(RUN, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
  return google;
}

const vmIn = ({ documents }: FakeGoogle) => documents.get(RUN)?.state.attempts[1]?.vm ?? aVm();

test("it counts from when Pub/Sub took it: not by the VM's clock, nor from its delivery", async () => {
  const google = await setUp();
  expect(await mergeReport(runKind, message, report, google.context)).toBeUndefined();
  expect(vmIn(google).periods[1]?.reports).toEqual({
    'boot-0001_agent': { seq: 1, receivedAt: PUBLISHED, state: report.state },
  });
  expect([...google.events.values()]).toEqual([expect.objectContaining({ receivedAt: PUBLISHED })]);
});

test('the run is advanced once the report is in its document, and not before', async () => {
  const google = await setUp();
  const calls: string[] = [];
  google.calls.before = (name) => void calls.push(name);
  await mergeReport(runKind, message, report, google.context);
  expect(calls.filter((name) => name !== 'runs.load')).toEqual(['runs.update', 'bus.ask']);
});

test('nothing is requested where the write failed: the delivery is repeated', async () => {
  const google = await setUp();
  google.calls.before = (name) => {
    if (name === 'runs.update') throw new Error('503');
  };
  await expect(mergeReport(runKind, message, report, google.context)).rejects.toThrow('503');
  expect(google.queue).toEqual([]);
});

test.each<[string, ReturnType<typeof aRun> | undefined, string]>([
  ['of an attempt that there is not', aRun(), 'an unknown VM'],
  ['of a VM in another zone', aRun({ 1: anAttempt({ zone: 'local-b' }) }), 'the VM is not the recorded one'],
  ['of an earlier VM of the name', aRun({ 1: anAttempt({ id: '41' }) }), 'a VM of the same name, but another one'],
])('one %s changes nothing, and is not delivered again', async (_what, state, cause) => {
  const google = await setUp(state);
  expect(await mergeReport(runKind, message, report, google.context)).toBe(cause);
  expect([google.documents.get(RUN)?.version, google.queue, google.events.size]).toEqual([1, [], 0]);
});

test('nor does one of a run that nobody knows', async () => {
  const google = await setUp();
  google.documents.clear();
  expect(await mergeReport(runKind, message, report, google.context)).toBe('an unknown VM');
  expect(google.documents.size).toBe(0);
});
