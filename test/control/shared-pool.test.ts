// Two kinds in one pool: whoever leaves calls whose turn it is, by its own kind.
import { DEPLOYMENT_POOL } from '@mymlops/protocol';
import { KINDS } from '../../functions/src/control/kinds';
import { aCommit, aRef, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { toyKindIn, type ToyState } from '../fakes/toy-kind';
import { aToy, TOY } from './toys';

const toys = toyKindIn((_state, { maxParallel: max }) => [{ pool: DEPLOYMENT_POOL, max }]);

/** One slot for the whole deployment. */
function deploymentOfOne() {
  const deployment = fakeDeployment([...KINDS, toys]);
  const { google } = deployment;
  google.context.settings.maxParallel = 1;
  return {
    ...deployment,
    say: (type: string, fields = {}) => deployment.publish({ type: `toy-${type}`, id: TOY, ...fields }),
    toy: () => google.collection<ToyState>('toys').get(TOY)?.state,
    pool: () => {
      const { holders = [], queue = [] } = google.pools.get(DEPLOYMENT_POOL)?.pool ?? {};
      return [holders, queue].map((refs) => refs.map(({ kind, id }) => ({ kind, id })));
    },
  };
}

test('a toy that waited for a run was called as a run, and stayed where it was', async () => {
  const { publish, say, toy, pool, finish, google } = deploymentOfOne();
  await publish(aCommit());
  await say('start', { number: 1 });
  expect(pool()).toEqual([[aRef()], [aToy(TOY)]]);
  expect(toy()).toMatchObject({ vms: {}, slots: { held: [], waiting: { pool: DEPLOYMENT_POOL } } });
  await finish(2);
  // No sweep came in between.
  expect(google.sweeps).toEqual([]);
  expect(pool()).toEqual([[aToy(TOY)], []]);
  expect([...google.vms.values()].map(({ labels }) => labels['mymlops-toy'])).toEqual([TOY]);
});

test('a run that waited for a toy was called as a toy', async () => {
  const { publish, say, sweep, pool, google } = deploymentOfOne();
  await say('start', { number: 1 });
  await publish(aCommit());
  expect(pool()).toEqual([[aToy(TOY)], [aRef()]]);
  await say('stop', { number: 1 });
  // Only the cloud shows that it is off.
  await sweep();
  expect(pool()).toEqual([[aRef()], []]);
  expect([...google.vms.values()].some(({ labels }) => labels['mymlops-run'] === RUN)).toBe(true);
  expect(google.documents.get(RUN)?.summary).toMatchObject({ status: 'provisioning' });
});

test('the sweep frees the slots of a document that is gone, by its kind, and none of another with its id', async () => {
  const { publish, pool, sweep, google } = deploymentOfOne();
  google.context.settings.maxParallel = 2;
  google.pools.set(DEPLOYMENT_POOL, {
    pool: { v: 1, max: 2, holders: [aToy(RUN)], queue: [] },
    version: 1,
  });
  await publish(aCommit());
  expect(pool()).toEqual([[aToy(RUN), aRef()], []]);
  await sweep();
  expect(pool()).toEqual([[aRef()], []]);
});
