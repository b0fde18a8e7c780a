// What an invocation brings back that stood still meanwhile: facts are merged, decisions of old are not.
import type { RunState } from '@mymlops/protocol';
import { awaitInsert } from '../../functions/src/effects/vm/insert';
import type { Acting, Merge } from '../../functions/src/effects/effect';
import { start } from '../../functions/src/effects/run/start';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import type { Deployment } from '../control/interrupted';

const acting = ({ google }: Deployment): Acting => ({ ...google.context, actor: 'late', isFresh: () => true });

async function mergeOf(result: Promise<unknown>): Promise<Merge> {
  const merge = await result;
  if (typeof merge !== 'function') throw new Error('no merge');
  return merge as Merge;
}

/** Attempt 1 was lost, all zones were dry after it, and the run waits. */
async function waiting(): Promise<{ deployment: Deployment; state: RunState }> {
  const deployment = fakeDeployment();
  deployment.google.zones = ['local-a'];
  await deployment.publish(aCommit());
  const { attempts, ...state } = deployment.state();
  const [first] = Object.values(attempts);
  if (!first) throw new Error('no attempt');
  const at = new Date(deployment.google.nowMs).toISOString();
  const lost = { ...first, givenUp: { at, reason: 'lost' as const, message: '' } };
  const capacity = { waitedSeconds: 0, tried: ['local-a'], rounds: 0, since: at };
  return { deployment, state: { ...state, attempts: { 1: lost }, capacity } };
}

test('an insert that is settled when its attempt was long given up does not end the pause of the run', async () => {
  const { deployment, state } = await waiting();
  const [first] = Object.values(state.attempts);
  if (!first) throw new Error('no attempt');
  const asked = { run: RUN, state: { ...state, attempts: { 1: { ...first, insert: {}, givenUp: undefined } } } };
  const merge = await mergeOf(awaitInsert({ ...asked, version: '1' }, 1, acting(deployment)));
  expect(merge(asked.state).capacity).toMatchObject({ tried: [] });
  expect(merge(state).attempts[1]?.insert).toHaveProperty('settledAt');
  expect(merge(state).capacity).toEqual(state.capacity);
});

test('a pause that was decided on before the run was queued for a place does not set its clock going again', async () => {
  const { deployment, state } = await waiting();
  const merge = await mergeOf(start({ run: RUN, state, version: '1' }, 2, acting(deployment)));
  expect(merge(state).capacity).toMatchObject({ rounds: 1, tried: [], notBefore: expect.any(String) });
  const since = new Date(deployment.google.nowMs).toISOString();
  const queued: RunState = {
    ...state,
    capacity: { waitedSeconds: 107, tried: [], rounds: 0 },
    slots: { held: [], waiting: { scope: 'deployment', since } },
  };
  expect(merge(queued)).toEqual(queued);
});
