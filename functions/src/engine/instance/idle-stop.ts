// The stop of an instance on which nobody works: it is proposed to its VM, which looks anew and answers. Pure.
import type { InstanceState } from '@mymlops/protocol';
import { timeOf, type Moment } from '../action';
import type { InstanceDecision } from './action';
import { verdictOf } from './idle';
import { agentState, untilMs, type InstanceVm } from './readings';

/** The next proposal comes so long after one that was vetoed or not answered: by then the VM has looked again. */
const PAUSE_MS = 10 * 60_000;

export function proposalStep(state: InstanceState, vm: InstanceVm, moment: Moment): InstanceDecision | undefined {
  const { proposal, spec, current } = state;
  const said = agentState(vm);
  if (!said || !spec || said.answer?.says === 'going') return undefined;
  const isOpen = proposal?.period === current;
  const verdict = verdictOf(said.signals, spec.idleSeconds);
  const isIdle = verdict.says === 'idle' && moment.nowMs >= untilMs(state);
  // A user who came back, or has extended it, takes the question away.
  if (isOpen && !isIdle) return { do: 'drop-proposal' };
  if (!isIdle || (proposal && moment.nowMs - Date.parse(proposal.at) < PAUSE_MS)) return undefined;
  // Its VM knows the numbers of earlier ones, those of earlier periods too, which the document has forgotten.
  const number = Math.max(proposal?.number ?? 0, Math.floor(moment.nowMs / 1000)) + 1;
  return { do: 'propose', proposal: { period: current, number, at: timeOf(moment), verdict } };
}
