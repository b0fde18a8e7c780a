// What an invocation brings back that stood still meanwhile: facts are merged, decisions of old are not.
import type { RunState } from '@mymlops/protocol';
import type { EffectContext, EffectResult } from '../../functions/src/effects/effect';
import { placeAttempt } from '../../functions/src/effects/run/place-attempt';
import { awaitStart } from '../../functions/src/effects/vm/await-start';
import { withVm } from '../../functions/src/engine/run/attempts';
import { runKind } from '../../functions/src/engine/run/kind';
import { insertOf, withStart } from '../../functions/src/engine/vm/record';
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import type { Deployment } from '../control/interrupted';

const acting = ({ google }: Deployment): EffectContext => ({ ...google.context, actor: 'late', isFresh: () => true });

async function mergeOf(result: Promise<EffectResult<RunState> | undefined>): Promise<EffectResult<RunState>['merge']> {
  const found = await result;
  if (!found) throw new Error('no result');
  return found.merge;
}

/** Attempt 1 was lost, all zones were stocked out after it, and the run waits. */
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
  const { at, actor, maxRunDurationSeconds } = insertOf(first.vm);
  const vm = { ...first.vm, periods: { 1: { start: { at, actor, maxRunDurationSeconds } } } };
  const givenUp: RunState = { ...state, attempts: { 1: { ...first, vm } } };
  const pending: RunState = { ...state, attempts: { 1: { ...first, vm, givenUp: undefined } } };
  const body = () => runKind.insertBodyOf(pending, 1, deployment.google.context.settings);
  const update = await awaitStart(
    { id: RUN, vm, ...runKind.targetOf(RUN, 1, vm), isDiskKept: false, body },
    acting(deployment),
  );
  if (!update) throw new Error('no result');
  expect(withVm(pending, 1, update).capacity).toMatchObject({ tried: [] });
  const late = withVm(givenUp, 1, update);
  expect(late.attempts[1]?.vm.periods[1]?.start).toHaveProperty('settledAt');
  expect(late.capacity).toEqual(state.capacity);
});

test('an insert that another invocation took for failed, and that has made a VM: there is one', async () => {
  const { deployment, state } = await waiting();
  const [first] = Object.values(state.attempts);
  if (!first) throw new Error('no attempt');
  const body = () => runKind.insertBodyOf(state, 1, deployment.google.context.settings);
  const task = { id: RUN, vm: first.vm, ...runKind.targetOf(RUN, 1, first.vm), isDiskKept: false, body };
  const update = await awaitStart(task, acting(deployment));
  const failure = { reason: 'quota' as const, code: 'QUOTA_EXCEEDED', message: '', scope: 'all' as const };
  expect(update?.(withStart(first.vm, { failure })).periods[1]?.start).not.toHaveProperty('failure');
});

test('a pause that was decided on before the run was queued for a slot does not set its clock going again', async () => {
  const { deployment, state } = await waiting();
  const merge = await mergeOf(placeAttempt({ id: RUN, state, version: '1' }, 2, acting(deployment)));
  expect(merge(state).capacity).toMatchObject({ rounds: 1, tried: [], notBefore: expect.any(String) });
  const since = new Date(deployment.google.nowMs).toISOString();
  const queued: RunState = {
    ...state,
    capacity: { waitedSeconds: 107, tried: [], rounds: 0 },
    slots: { held: [], waiting: { pool: 'deployment', since } },
  };
  expect(merge(queued)).toEqual(queued);
});
