// A run that was cancelled while its zone does not answer holds its slot for as long as a VM of it could live, and no longer.
import { currentPeriod } from '@mymlops/protocol';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { handleEvent } from '../../functions/src/handlers/event';
import type { Deployment } from './interrupted';

const MINUTE = 60_000;
const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const refused = (): Promise<never> => Promise.reject(new Error('503 the zone does not answer'));

/** Its answers stop after the insert was requested: nobody learns what became of it. */
async function insertUnanswered(): Promise<Deployment> {
  const deployment = fakeDeployment();
  const { compute } = deployment.google.context;
  compute.awaitOperation = refused;
  await deployment.publish(aCommit()).catch(() => {});
  Object.assign(compute, { get: refused, getDisk: refused, delete: refused, operationsOn: refused });
  return deployment;
}

/** The answer to the insert itself does not come either. */
async function insertWithoutAnswer(): Promise<Deployment> {
  const deployment = fakeDeployment();
  const { compute } = deployment.google.context;
  Object.assign(compute, { insert: refused, get: refused, getDisk: refused, delete: refused, operationsOn: refused });
  await deployment.publish(aCommit()).catch(() => {});
  return deployment;
}

/** It was made, and then its zone falls silent: its time limit is not read back. */
async function madeAndSilent(): Promise<Deployment> {
  const deployment = fakeDeployment();
  const { compute } = deployment.google.context;
  compute.get = refused;
  await deployment.publish(aCommit()).catch(() => {});
  Object.assign(compute, { getDisk: refused, delete: refused, operationsOn: refused });
  return deployment;
}

function claim({ google }: Deployment): void {
  const object = `runs/${RUN}/attempts/1/claim`;
  google.objects.set(object, 'boot');
  google.writtenAt.set(object, new Date(google.nowMs).toISOString());
}

const nothing = (): void => {};

async function report({ google }: Deployment): Promise<void> {
  const said = aReport({ seq: 1, state: { phase: 'execute' }, boot: 'boot-0001' });
  await handleEvent(aMessage(said, new Date(google.nowMs).toISOString()), google.context);
}

test.each<[what: string, begin: () => Promise<Deployment>, sign: (deployment: Deployment) => unknown]>([
  ['our own fence was taken for its sign of life: nothing was ever heard of it', insertUnanswered, nothing],
  ['the answer to its insert did not come, and nothing was heard of it', insertWithoutAnswer, nothing],
  ['it has claimed its attempt', insertUnanswered, claim],
  ['it has claimed its attempt, and the answer to its insert did not come', insertWithoutAnswer, claim],
  ['it has reported', insertUnanswered, report],
  ['it was made, and nobody could read its time limit back', madeAndSilent, nothing],
])('a slot was held for as long as a zone did not answer: %s', async (_what, begin, sign) => {
  const deployment = await begin();
  const { google } = deployment;
  const holders = () => google.pools.get('deployment')?.pool.holders.map(({ id }) => id);
  await sign(deployment);
  await deployment.publish(cancel).catch(() => {});
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute++) await deployment.sweep().catch(() => {});
  };
  await minutes(45);
  expect([deployment.summary().status, holders()]).toEqual(['cancelled', [RUN]]);
  const vm = deployment.state().attempts[1]?.vm;
  const limitMs = (vm ? currentPeriod(vm).start.maxRunDurationSeconds : 0) * 1000;
  google.nowMs = Date.parse('2026-11-21T10:00:00.000Z') + limitMs + 55 * MINUTE;
  await minutes(1);
  expect(holders()).toEqual([RUN]);
  google.nowMs += 35 * MINUTE;
  await minutes(3);
  expect(holders()).toEqual([]);
  // Not proven gone: it is still looked for.
  expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: true });
});
