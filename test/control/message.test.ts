import { readMessage } from '../../functions/src/control/message';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { aCommit, aCommitOfBefore, aMessage, anOutput, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { replaceInStore } from './store';

test('both wire forms are the same message', () => {
  const event = aMessage({ a: 1 }) as { data: object };
  expect(readMessage(event)).toEqual({
    id: '1',
    publishedAt: '2026-11-21T10:00:00.000Z',
    text: '{"a":1}',
    attributes: {},
  });
  expect(readMessage(event.data)).toEqual(readMessage(event));
});

describe('what a message leaves out', () => {
  const message = (fields: object) => readMessage({ message: { data: '', messageId: '1', ...fields } });

  test('has no text, no id and no attributes', () => {
    expect(readMessage({ message: {} })).toMatchObject({ id: '', text: '', attributes: {} });
    expect(message({ data: 7, attributes: null })).toMatchObject({ text: '', attributes: {} });
  });

  test.each([
    ['no time', undefined],
    ['a time that is none', 'yesterday'],
  ])('%s: it counts as published now', (_what, publishTime) => {
    const before = Date.now();
    const publishedMs = Date.parse(message({ publishTime })?.publishedAt ?? '');
    expect(publishedMs).toBeGreaterThanOrEqual(before);
    expect(publishedMs).toBeLessThanOrEqual(Date.now());
  });

  test('attributes that are not text are left out', () => {
    expect(message({ attributes: { a: 'b', c: 1, d: null } })?.attributes).toEqual({ a: 'b' });
    expect(message({ attributes: 'text' })?.attributes).toEqual({});
  });

  test.each([
    ['a text', 'x'],
    ['nothing', null],
    ['a number', 1],
  ])('%s is not a message', (_what, message) => {
    expect(readMessage({ message })).toBeUndefined();
  });

  test('the names of Pub/Sub’s older wire form are known', () => {
    const older = { message_id: '2', publish_time: '2026-11-21T10:00:00Z' };
    expect(readMessage({ message: older })).toMatchObject({ id: '2', publishedAt: '2026-11-21T10:00:00.000Z' });
  });
});

test('a report of a newer agent was refused for a field that it alone knows', async () => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const said = aReport({ state: { phase: 'execute' } });
  const newer = { ...said, ofTomorrow: 1, state: { ...said.state, temperature: { celsius: 60 } } };
  await handleEvent(aMessage(newer), deployment.google.context);
  await deployment.settle();
  expect(deployment.summary()).toMatchObject({ status: 'running', phase: 'execute' });
});

test.each([
  ['nothing', null],
  ['no message', {}],
  ['not JSON', { data: { message: { data: Buffer.from('{').toString('base64') } } }],
  ['another type', aMessage({ v: 1, type: 'format-disk' })],
  ['another version of an id that is none', aMessage({ ...aCommit(), v: 2, run: 'latest' })],
])('a request that is %s is acknowledged and changes nothing', async (_name, event) => {
  const { google } = fakeDeployment();
  await handleRequest(event, google.context);
  expect(google.documents.size).toBe(0);
});

describe.each([
  ['of another version', { ...aCommit(), v: 2 }],
  ['with an unknown field', { ...aCommit(), sudo: true }],
  ['with a path out of the project', aCommit({ notebook: '../../etc/passwd' })],
  [
    'with a password in an address',
    aCommit({ outputRepository: { ...anOutput, url: 'https://ada:secret@example.org/x.git' } }),
  ],
])('a commit %s', (_name, request) => {
  test('becomes a failed run that says why, and asks for nothing', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(request);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'invalid-request', live: false });
    expect(deployment.google.created.size).toBe(0);
  });

  test('changes nothing of a run that exists', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const before = structuredClone(deployment.state());
    await deployment.publish(request);
    expect(deployment.state()).toEqual(before);
  });
});

test('the commit of an earlier client becomes the run that today’s would be', async () => {
  const deployment = fakeDeployment();
  const { machine, ...earlier } = aCommitOfBefore({ lr: 0.5, version: '"5"' });
  await deployment.publish({ ...earlier, instance: machine });
  expect(deployment.state().request).toEqual(aCommit({ parameters: { lr: '0.5', version: '"\\"5\\""' } }));
  expect(deployment.google.created.size).toBe(1);
});

test.each([
  ['nothing', null],
  ['of an unknown run', aMessage(aReport({ run: '20260101-000000-zzzz' }))],
  ['of an unknown attempt', aMessage(aReport({ attempt: 9 }))],
  ['with a phase that is none', aMessage({ ...aReport(), state: { phase: 'party', phases: {} } })],
])('a report %s is acknowledged and changes nothing', async (_name, event) => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const before = structuredClone(deployment.google.documents);
  await handleEvent(event, deployment.google.context);
  expect(deployment.google.documents).toEqual(before);
  expect(deployment.google.events.size).toBe(0);
  expect(deployment.google.queue).toEqual([]);
});

test('a duplicate of a report asks for advance again: the first delivery may have died before it asked', async () => {
  const { google, ...deployment } = fakeDeployment();
  await deployment.publish(aCommit());
  const event = aMessage(aReport());
  await handleEvent(event, google.context);
  await handleEvent(event, google.context);
  expect(google.queue).toEqual([1, 2].map(() => ({ v: 1, type: 'advance', kind: 'run', id: RUN })));
  expect(google.events.size).toBe(1);
});

test('a heartbeat updates the run and nothing else', async () => {
  const { google, ...deployment } = fakeDeployment();
  await deployment.publish(aCommit());
  await handleEvent(aMessage(aReport({ kind: 'heartbeat', state: { phase: 'execute', cells: 1 } })), google.context);
  expect(deployment.summary().progress).toEqual({ cell: 2, cells: 2 });
  expect([google.queue.length, google.events.size]).toEqual([0, 0]);
});

describe('a request that fails', () => {
  const failing = () => {
    const { google } = fakeDeployment();
    const said: string[] = [];
    google.context.log = (severity, message) => void said.push(`${severity} ${message}`);
    const broken = (): Promise<never> => Promise.reject(new Error('503'));
    replaceInStore(google, () => ({ load: broken }));
    Object.assign(google.context.slotPools, { all: broken });
    Object.assign(google.context.compute, { get: broken });
    return { context: google.context, said };
  };

  test.each([
    ['a commit', aCommit()],
    ['a hand-over', { v: 1, type: 'advance', kind: 'run', id: RUN, handovers: 1 }],
    ['a run whose turn it is', { v: 1, type: 'advance', kind: 'run', id: RUN }],
  ])('%s: it is delivered again', async (_name, request) => {
    const { context } = failing();
    await expect(handleRequest(aMessage(request), context)).rejects.toThrow('503');
  });

  test.each([
    ['a run', { v: 1, type: 'advance', kind: 'run', id: RUN, repeats: true }],
    ['an orphan', { v: 1, type: 'reap', resource: 'vm', zone: 'local-a', name: 'orphan', id: '77' }],
    ['a slot', { v: 1, type: 'free-slot', kind: 'run', id: RUN }],
  ])('the sweep requests %s every minute: a failure is logged and does not pile up', async (_name, request) => {
    const { context, said } = failing();
    await handleRequest(aMessage(request), context);
    expect(said).toContain('ERROR failed, and the sweep asks again');
  });
});
