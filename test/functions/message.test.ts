import { readMessage } from '../../functions/src/handlers/message';
import { handleEvent } from '../../functions/src/handlers/event';
import { handleRequest } from '../../functions/src/handlers/request';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

test('both wire forms are the same message', () => {
  const event = aMessage({ a: 1 }) as { data: object };
  expect(readMessage(event)).toEqual({ id: '1', publishedAt: '2026-11-21T10:00:00.000Z', text: '{"a":1}' });
  expect(readMessage(event.data)).toEqual(readMessage(event));
});

test.each([
  ['nothing', null],
  ['no message', {}],
  ['not JSON', { data: { message: { data: Buffer.from('{').toString('base64') } } }],
  ['another type', aMessage({ v: 1, type: 'format-disk' })],
  ['another version', aMessage({ ...aCommit(), v: 2 })],
  ['an unknown field', aMessage({ ...aCommit(), sudo: true })],
  ['a path out of the project', aMessage(aCommit({ notebook: '../../etc/passwd' }))],
])('a request that is %s is acknowledged and changes nothing', async (_name, event) => {
  const { google } = fakeDeployment();
  await handleRequest(event, google.context);
  expect(google.documents.size).toBe(0);
});

test.each([
  ['nothing', null],
  ['of an unknown run', aMessage(aReport({ run: '20260101-000000-zzzz' }))],
  ['of an unknown attempt', aMessage(aReport({ attempt: 9 }))],
  ['with an unknown field', aMessage({ ...aReport(), root: true })],
  ['with a phase that is none', aMessage({ ...aReport(), state: { phase: 'party', phases: {} } })],
])('a report %s is acknowledged and changes nothing', async (_name, event) => {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const before = structuredClone(deployment.state());
  await handleEvent(event, deployment.google.context);
  expect(deployment.state()).toEqual(before);
  expect(deployment.google.queue).toEqual([]);
});

test('a duplicate of a report asks for advance again: the first delivery may have died before it asked', async () => {
  const { google, ...deployment } = fakeDeployment();
  await deployment.publish(aCommit());
  const event = aMessage(aReport());
  await handleEvent(event, google.context);
  await handleEvent(event, google.context);
  expect(google.queue).toEqual([1, 2].map(() => ({ v: 1, type: 'advance', run: RUN })));
  expect(google.events.size).toBe(1);
});

test('a heartbeat updates the run and nothing else', async () => {
  const { google, ...deployment } = fakeDeployment();
  await deployment.publish(aCommit());
  await handleEvent(aMessage(aReport({ kind: 'heartbeat', state: { phase: 'execute', cells: 1 } })), google.context);
  expect(deployment.summary().progress).toEqual({ cell: 1, cells: 2 });
  expect([google.queue.length, google.events.size]).toEqual([0, 0]);
});
