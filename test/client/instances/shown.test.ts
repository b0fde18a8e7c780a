// `ps`, `why` and `logs` of instances.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceDocument } from '@mymlops/protocol';
import { logs } from '../../../client/src/commands/logs';
import { ps } from '../../../client/src/commands/ps';
import { why } from '../../../client/src/commands/why';
import { forgottenLines, instanceRow } from '../../../client/src/view/instance-columns';
import { instanceLiveText, instanceProgressText, ownEndText } from '../../../client/src/view/instance-lines';
import { decidingSignal, idleForText } from '../../../client/src/view/instance-signals';
import { whyLines } from '../../../client/src/view/instance-why';
import { useTempFolders } from '../temp-folder';
import { AT, instance, type Shown } from './documents';
import { NOW, useInstances } from './fixture';

const given = useInstances();
const tempFolder = useTempFolders();

const BUSY: Shown = {
  status: 'ready',
  said: {
    signals: {
      kernels: { says: 'busy', detail: 'train.ipynb' },
      terminals: { says: 'absent' },
      cpu: { says: 'idle', idleSeconds: 60 },
    },
  },
};
const IDLE: Shown = {
  status: 'ready',
  said: { signals: { kernels: { says: 'idle', idleSeconds: 900 }, ssh: { says: 'idle', idleSeconds: 300 } } },
};
const UNKNOWN: Shown = {
  status: 'ready',
  said: {
    signals: {
      cpu: { says: 'idle', idleSeconds: 900 },
      kernels: { says: 'unknown', detail: 'Jupyter asks for a password: leave its token to JUPYTER_TOKEN' },
    },
  },
};
const STOPPED: Shown = {
  status: 'stopped',
  ...{ reason: 'idle', stoppedAt: AT, message: 'Stopped because nobody worked on it.' },
  stop: {
    ...{ period: 1, reason: 'idle', at: AT, message: 'Stopped because nobody worked on it.' },
    verdict: { says: 'idle', seconds: 3600 },
    signals: { kernels: { says: 'idle', idleSeconds: 3600 } },
  },
};

describe('why', () => {
  const answer = (shown: Shown): string => whyLines('cpu', instance(shown), NOW).join('\n');

  test('a busy kernel', () => {
    expect(answer(BUSY)).toMatch(
      /^cpu is ready\.\nA kernel of Jupyter is busy: train\.ipynb\.\nIt stops by itself .*\nSignals at 2026-01-0.*:\n {2}kernels {4}busy: train\.ipynb\n {2}cpu {8}idle for 1 min 00 s$/,
    );
  });

  test('nobody works: for how long, until the moment of asking, and the window', () => {
    expect(answer(IDLE)).toMatch(
      /^cpu is ready\.\nNobody has worked on it for 1 h 05 min\. The last was ssh\.\nIt is stopped when that has lasted for 1 h 00 min\.\nIt stops by itself/,
    );
    const proposal = { period: 1, number: 9, at: AT, verdict: { says: 'idle' as const, seconds: 3600 } };
    expect(answer({ ...IDLE, proposal })).toContain('Its VM now looks once more whether it can be stopped.');
  });

  test('a signal that is not known, with the line that corrects it', () => {
    expect(answer(UNKNOWN)).toContain(
      'Whether Jupyter is busy cannot be found out, which counts as busy: Jupyter asks for a password: leave its token to JUPYTER_TOKEN.',
    );
  });

  test.each<[string, Shown, string]>([
    ['one that waits', { status: 'queued', message: 'Waiting for its turn.' }, 'cpu is queued.\nWaiting for its turn.'],
    ['before the first report', { status: 'starting' }, 'Its VM has not told yet whether somebody works on it.'],
    [
      'one that is not ready',
      { ...BUSY, status: 'unready', message: 'It failed.' },
      'cpu is unready.\nIt failed.\nA kernel',
    ],
    ['one that was extended', { ...BUSY, until: { period: 1, at: AT } }, 'It stays on until 2026-01-01 '],
    [
      'one without any signal',
      { status: 'ready', said: { signals: { gpu: { says: 'absent' } } } },
      'has nothing by which',
    ],
  ])('%s', (_what, shown, sentence) => {
    expect(answer(shown)).toContain(sentence);
  });

  test('one that was stopped: the verdict, the signals of then, and how to go on', () => {
    expect(answer(STOPPED)).toMatch(
      /^cpu is stopped \(idle\)\.\nStopped because nobody worked on it\. That was at 2026-01-01 .*\.\nEvery signal of its VM had been idle for 1 h 00 min\.\nIts signals then:\n {2}kernels {4}idle for 1 h 00 min\nTo start it again: mymlops-client start cpu$/,
    );
  });

  test('as JSON', async () => {
    await given.set('cpu', instance(STOPPED));
    const context = given.context();
    expect(await why(context, 'cpu', { json: true }, given.tools())).toBe(0);
    expect(JSON.parse(context.printed())).toMatchObject({ name: 'cpu', status: 'stopped', stop: { reason: 'idle' } });
    const text = given.context();
    expect(await why(text, 'cpu', {}, given.tools())).toBe(0);
    expect(text.printed()).toMatch(/^cpu is stopped \(idle\)\.\n/);
  });
});

test('the signal that decides: busy before unknown before the one that was busy last', () => {
  expect(decidingSignal({ gpu: { says: 'busy' }, kernels: { says: 'unknown' } })?.name).toBe('gpu');
  expect(decidingSignal({ gpu: { says: 'idle', idleSeconds: 9 }, ssh: { says: 'unknown' } })?.name).toBe('ssh');
  expect(decidingSignal({ gpu: { says: 'idle', idleSeconds: 9 }, ssh: { says: 'idle' } })?.name).toBe('ssh');
  expect(decidingSignal({})).toBeUndefined();
});

describe('a row of ps', () => {
  const row = (shown: Shown): string => instanceRow({ id: 'cpu', document: instance(shown) }, NOW).join(' | ');

  test.each<[string, Shown, RegExp]>([
    ['busy', BUSY, /^cpu \| ready \| us-central1-a \| busy \| 2026-01-0\S+ \S+ \| jupyter 8888 \| ada@home$/],
    ['idle', IDLE, /\| 1 h 05 min \|/],
    ['without a report', { status: 'starting' }, /^cpu \| starting \| us-central1-a \| - \|/],
    [
      'waiting',
      { status: 'queued', message: 'Waiting for a VM.' },
      /^cpu \| queued, Waiting for a VM\. \| - \| - \| - \|/,
    ],
    ['stopped', STOPPED, /^cpu \| stopped \(idle\) 1 h ago \| us-central1-a \| - \| - \|/],
    [
      'a service that died',
      { status: 'ready', said: { services: { jupyter: { state: 'down', restarts: 2 } } } },
      /^cpu \| ready, jupyter down \(started again 2 times\) \|/,
    ],
  ])('%s', (_what, shown, pattern) => {
    expect(row(shown)).toMatch(pattern);
  });

  test('one that has been stopped for over 30 days is named, with the line that deletes it', () => {
    const old = { id: 'cpu', document: instance({ ...STOPPED, stoppedAt: '2025-11-20T13:00:00.000Z' }) };
    const young = { id: 'gpu', document: instance(STOPPED) };
    expect(forgottenLines([old, young], NOW)).toEqual([
      'cpu has been stopped for 42 days, and its disk costs storage. To delete it: mymlops-client delete cpu',
    ]);
  });

  test('text from a VM cannot move the cursor', () => {
    const evil: InstanceDocument = instance({ status: 'queued', message: 'a\u001b[2Jb\nc', owner: 'x\u001b[1A' });
    const text = instanceRow({ id: 'cpu', document: evil }, NOW).join('');
    expect(['\u001b', '\n'].filter((control) => text.includes(control))).toEqual([]);
  });
});

test('ps: instances, then runs; -v adds the signals; --json has both', async () => {
  await given.set('cpu', instance(BUSY));
  await given.set('old', instance({ ...STOPPED }));
  await given.set('gone', instance({ status: 'deleted' }));
  const run = { v: 1, status: 'succeeded', submittedAt: AT, live: false, attempts: {}, notebook: 'a.ipynb' };
  await given.standIns().firestore.doc('runs/20260101-120000-abcd').set(run);
  const context = given.context();
  expect(await ps(context, { limit: 20, verbose: true }, given.standIns().open)).toBe(0);
  expect(context.printed()).toMatch(
    /^INSTANCE .*\ncpu .*busy.*\nold .*stopped \(idle\) .*\ncpu:\n {2}kernels {4}busy: train\.ipynb\n.*\n\nRUN .*\n20260101-120000-abcd .*\n$/,
  );
  // The fixture's stop is old by now.
  expect(context.said.join('\n')).toContain('old has been stopped for ');
  const json = given.context();
  await ps(json, { limit: 20, json: true }, given.standIns().open);
  const listed = JSON.parse(json.printed()) as object[];
  expect(listed).toMatchObject([
    { run: '20260101-120000-abcd' },
    { instance: 'cpu', status: 'ready' },
    { instance: 'old', status: 'stopped' },
  ]);
});

describe('logs', () => {
  test('of an instance, by its exact name', async () => {
    await given.set('cpu', instance({ status: 'ready' }));
    const { results } = await (await given.standIns().open()).buckets();
    const file = join(tempFolder(), 'log');
    writeFileSync(file, 'Jupyter is running\n');
    await results.uploadNew(file, 'instances/cpu/abc123/vms/1/log.txt');
    const context = given.context();
    expect(await logs(context, 'cpu', {}, given.standIns().open)).toBe(0);
    expect(context.printed()).toBe('Jupyter is running\n');
    await expect(logs(given.context(), 'cpu', { follow: true }, given.standIns().open)).rejects.toThrow('Leave out -f');
  });

  test('one without a log, and a word that is none', async () => {
    await given.set('cpu', instance({ status: 'starting' }));
    await expect(logs(given.context(), 'cpu', {}, given.standIns().open)).rejects.toThrow(
      'cpu has no log yet: it is starting.',
    );
    await expect(logs(given.context(), 'gpu', {}, given.standIns().open)).rejects.toThrow(
      'No run has "gpu" in its id.',
    );
  });
});

test('the line of a followed start', () => {
  const starting = instance({
    status: 'starting',
    said: { phase: 'serve', services: { jupyter: { state: 'starting', restarts: 1 } } },
  });
  expect(instanceProgressText(null)).toBe('sent');
  expect(instanceProgressText(instance({ status: 'queued', message: 'Waiting for a VM.' }))).toBe(
    'queued, Waiting for a VM.',
  );
  expect(instanceProgressText(starting)).toBe('starting, serve, jupyter starting (started again once)');
  const times = { now: NOW, sentAt: new Date(NOW.getTime() - 65_000).toISOString() };
  expect(instanceLiveText(null, times)).toBe('sent, 1 min 05 s');
  expect(instanceLiveText(instance({ status: 'provisioning', message: 'A VM is made.' }), times)).toBe(
    'provisioning, 1 min 05 s, A VM is made.',
  );
  expect(ownEndText(instance({ status: 'queued' }))).toContain('and 24 h 00 min after its start at the latest.');
  expect(ownEndText(instance({ status: 'stopped' }))).toBe('');
  expect(idleForText(instance({ status: 'ready' }), NOW)).toBe('-');
});
