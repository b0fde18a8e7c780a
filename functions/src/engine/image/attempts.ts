// Small readings of a build's attempts that several policies share.
import {
  currentPeriod,
  newestReport,
  type BuildAttempt,
  type ImageReportState,
  type ImageState,
} from '@mymlops/protocol';
import { afterPlacement } from '../vm/capacity';
import { insertOf, type VmUpdate } from '../vm/record';

/** Number of the newest attempt, the last one: keys that are numbers come in their order. 0 before the first. */
export const currentAttempt = ({ attempts }: Pick<ImageState, 'attempts'>): number =>
  Number(Object.keys(attempts).at(-1) ?? 0);

export const newestAttempt = (state: ImageState): BuildAttempt | undefined => state.attempts[currentAttempt(state)];

export function attemptOf(state: ImageState, number: number): BuildAttempt {
  const attempt = state.attempts[number];
  if (!attempt) throw new Error(`build has no attempt ${number}`);
  return attempt;
}

/** The agent's newest report. */
export const agentState = ({ vm }: BuildAttempt): ImageReportState | undefined =>
  newestReport('agent', currentPeriod(vm));

/** The same state where the VM stays as it is. A VM that has come ends the wait for capacity. */
export function withVm(state: ImageState, number: number, update: VmUpdate): ImageState {
  const attempt = state.attempts[number];
  if (!attempt) return state;
  const vm = update(attempt.vm);
  if (vm === attempt.vm) return state;
  const next = { ...state, attempts: { ...state.attempts, [number]: { ...attempt, vm } } };
  const { settledAt, failure } = insertOf(vm);
  const hasCome = settledAt !== undefined && !failure && insertOf(attempt.vm).settledAt !== settledAt;
  const capacity = hasCome ? afterPlacement(state, Date.parse(settledAt)) : undefined;
  return capacity ? { ...next, capacity } : next;
}
