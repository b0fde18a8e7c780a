// What `doctor` shows of a document of another kind than runs: the word of its kind, and the command of its kind.
import { makePlan } from '../../functions/src/sweep/plan';
import { aToy, TOY, toyDeployment, type Toys } from '../control/toys';
import type { ToyState } from '../fakes/toy-kind';

const MINUTE_MS = 60_000;

async function findingsOf({ google }: Toys) {
  const { findings } = await makePlan(google.context);
  return findings.filter(({ subject }) => subject !== 'the sweep');
}

/** It is to be switched on, and was written so many minutes ago. */
function leaveUnstarted({ google }: Toys, minutes: number): void {
  const state: ToyState = { v: 1, started: 1, stopped: 0, replaced: 0, vms: {} };
  const updatedAt = new Date(google.nowMs - minutes * MINUTE_MS).toISOString();
  google.collection<ToyState>('toys').set(TOY, { state, summary: { live: true }, version: 1, updatedAt });
}

test('a toy with pending work was a run that `cancel` ends', async () => {
  const toys = toyDeployment();
  leaveUnstarted(toys, 20);
  const [found, ...others] = await findingsOf(toys);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ subject: `toy ${TOY}`, document: aToy(TOY) });
  expect(found?.remedy).toContain(`\`toys delete ${TOY}\` ends the toy`);
});

test('a VM of a deleted toy that is not proven gone, and a slot of a toy that is not there', async () => {
  const toys = toyDeployment();
  const { google } = toys;
  await toys.request('start', 1);
  google.context.compute.delete = () => Promise.reject(new Error('503'));
  await toys.request('delete').catch(() => {});
  google.pools.set('toys', { pool: { v: 1, max: 2, holders: [aToy(TOY), aToy('gone')], queue: [] }, version: 9 });
  google.nowMs += 20 * MINUTE_MS;
  const found = await findingsOf(toys);
  expect(found.map(({ subject, document }) => [subject, document])).toEqual([
    [`toy ${TOY}`, aToy(TOY)],
    ['toy gone', aToy('gone')],
  ]);
  expect(found.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/^has ended, but VM mymlops-doll-1 in local-a has not been confirmed deleted/),
    'is not live, but holds or waits for a max_parallel slot',
  ]);
});

test('dead letters about toys name them, and the sweep’s report what it requested for them', async () => {
  const toys = toyDeployment();
  const { google } = toys;
  const publishedAt = new Date(google.nowMs).toISOString();
  const text = JSON.stringify({ type: 'toy-stop', id: TOY, number: 1 });
  google.dead.requests.push({ ackId: '7', id: '7', publishedAt, text, attributes: {} });
  await toys.sweep();
  expect([...google.deadLetters.values()]).toMatchObject([{ outcome: 'shown', document: aToy(TOY) }]);
  const [found] = await findingsOf(toys);
  expect(found).toMatchObject({
    problem: `a message of toy ${TOY} on requests could not be handled: no such toy`,
    document: aToy(TOY),
  });
  leaveUnstarted(toys, 1);
  await toys.sweep();
  expect(google.sweeps.at(-1)?.advanced).toEqual([aToy(TOY)]);
});
