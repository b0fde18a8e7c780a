// Small readings of a run's attempts that several policies share.
import {
  currentPeriod,
  newestReport,
  type Attempt,
  type Publication,
  type ReportState,
  type RunState,
  type VmRecord,
} from '@mymlops/protocol';
import { afterPlacement } from '../vm/capacity';
import { hasExisted, insertOf, type VmUpdate } from '../vm/record';

/** Number of the newest attempt, the last one: keys that are numbers come in their order. 0 before the first. */
export function currentAttempt(state: RunState): number {
  return Number(Object.keys(state.attempts).at(-1) ?? 0);
}

export function newestAttempt(state: RunState): Attempt | undefined {
  return state.attempts[currentAttempt(state)];
}

/** VMs of its attempts, oldest first. */
export const vmsOf = ({ attempts }: RunState): VmRecord[] => Object.values(attempts).map(({ vm }) => vm);

/** VMs that existed: what `max_attempts` counts. */
export function attemptsWithVm(state: RunState): Attempt[] {
  return Object.values(state.attempts).filter(({ vm }) => hasExisted(vm));
}

export function attemptOf(state: RunState, number: number): Attempt {
  const attempt = state.attempts[number];
  if (!attempt) throw new Error(`run has no attempt ${number}`);
  return attempt;
}

/** A copy of `state` in which attempt `number` has `fields` laid over it. */
export function withAttempt(state: RunState, number: number, fields: Partial<Attempt>): RunState {
  const attempt = { ...attemptOf(state, number), ...fields };
  return { ...state, attempts: { ...state.attempts, [number]: attempt } };
}

/** The same state where the VM stays as it is. A VM that has come ends the wait for capacity. */
export function withVm(state: RunState, number: number, update: VmUpdate): RunState {
  const attempt = state.attempts[number];
  if (!attempt) return state;
  const vm = update(attempt.vm);
  if (vm === attempt.vm) return state;
  const next = withAttempt(state, number, { vm });
  const { settledAt, failure } = insertOf(vm);
  const hasCome = settledAt !== undefined && !failure && insertOf(attempt.vm).settledAt !== settledAt;
  // An insert that is settled late finds the run further on: this VM does not end the wait for the next one.
  const isNewest = currentAttempt(state) === number && !attempt.givenUp;
  const capacity = hasCome && isNewest ? afterPlacement(state, Date.parse(settledAt)) : undefined;
  return capacity ? { ...next, capacity } : next;
}

/** The agent's newest report. */
export const agentState = ({ vm }: Attempt): ReportState | undefined => newestReport('agent', currentPeriod(vm));

/** The shutdown script's report: the VM is going down. */
export const stoppingState = ({ vm }: Attempt): ReportState['stopping'] =>
  newestReport('shutdown', currentPeriod(vm))?.stopping;

/** The result of the VM's push. One that worked counts, whatever another report says. */
export function reportedPublication({ vm }: Attempt): Exclude<Publication, { state: 'pending' }> | undefined {
  const said = Object.values(currentPeriod(vm).reports ?? {}).flatMap(({ state, receivedAt }) =>
    state.publication ? [{ ...state.publication, at: receivedAt }] : [],
  );
  const pushed = said.find((publication) => 'commit' in publication);
  if (pushed && 'commit' in pushed) return { state: 'done', commit: pushed.commit, at: pushed.at };
  const [refused] = said;
  return refused && 'message' in refused ? { state: 'failed', message: refused.message, at: refused.at } : undefined;
}
