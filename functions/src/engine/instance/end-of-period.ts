// Why a period is over, beside the word of its user. Pure.
import {
  currentPeriod,
  currentPeriodNumber,
  type InstanceState,
  type InstanceStop,
  type StopReason,
} from '@mymlops/protocol';
import { timeOf, type Moment } from '../action';
import { failureWords } from '../vm/failure-lookup';
import { insertOf } from '../vm/record';
import { agentState, isPlaced, stopsAtMs, workVm, type InstanceVm } from './readings';

/** An agent that said that it goes, and is still there, is switched off. */
const GOING_MS = 10 * 60_000;

/** Undefined while the requested period goes on, or waits. */
export function endOfPeriod(state: InstanceState, moment: Moment): InstanceStop | undefined {
  const ended = (reason: StopReason, message: string, fields: Partial<InstanceStop> = {}): InstanceStop => ({
    ...{ period: state.started, reason, message, at: timeOf(moment) },
    ...fields,
  });
  if (!isPlaced(state)) return endOfWait(state, moment, ended);
  const vm = workVm(state);
  if (!vm) return ended('gone', 'Somebody deleted the VM and its disk. Start it again: the work on it is gone.');
  const refused = refusalOf(vm);
  if (refused) return ended(refused.reason, refused.message);
  return endOfVm(state, vm, moment, ended);
}

type Ended = (reason: StopReason, message: string, fields?: Partial<InstanceStop>) => InstanceStop;

function endOfWait(state: InstanceState, moment: Moment, ended: Ended): InstanceStop | undefined {
  const { wait, slots, capacity } = state;
  if (moment.refusal !== undefined) return ended('refused', moment.refusal);
  if (!wait || moment.nowMs < Date.parse(wait.since) + wait.seconds * 1000) return undefined;
  if (slots?.waiting)
    return ended('quota', 'All VMs that the deployment allows for instances are on. Stop one of them.');
  const reason = capacity?.isForQuota ? 'quota' : 'no-capacity';
  const what = reason === 'quota' ? 'A quota of the project is used up' : 'No zone had a VM of the machine type';
  return ended(reason, `${what} while the start waited. Start it again later, or wait longer with --wait.`);
}

/** A start of the VM, or its insert, that no other zone can do better. */
function refusalOf(vm: InstanceVm): { reason: StopReason; message: string } | undefined {
  const { failure } = currentPeriod(vm).start;
  if (!failure || (currentPeriodNumber(vm) === 1 && failure.scope !== 'all')) return undefined;
  const { message, next } = failureWords(vm, failure);
  const { reason } = failure;
  const known = reason === 'no-capacity' || reason === 'quota' ? reason : 'refused';
  return { reason: known, message: `${message} ${next}`.trim() };
}

function endOfVm(state: InstanceState, vm: InstanceVm, moment: Moment, ended: Ended): InstanceStop | undefined {
  const said = agentState(vm);
  const isGoing = said?.answer?.says === 'going' || said?.alone === true;
  const { down } = currentPeriod(vm);
  const { proposal } = state;
  if (isGoing) {
    const verdict = proposal?.period === state.current ? { verdict: proposal.verdict } : {};
    const signals = said.signals ? { signals: said.signals } : {};
    const isLate = moment.nowMs - (proposal ? Date.parse(proposal.at) : moment.nowMs) > GOING_MS;
    if (down || isLate) return ended('idle', 'Stopped because nobody worked on it.', { ...verdict, ...signals });
    return undefined;
  }
  // Where nobody stops it in time, the agent does so by itself.
  if (down?.how === 'stopped' && !down.cause && Date.parse(down.at) >= stopsAtMs(state, vm)) return ended(...SOFT_STOP);
  if (down) return ended(...CAUSES[down.how === 'gone' ? 'gone' : (down.cause ?? 'stopped')]);
  // A VM that is not on yet has no end.
  if (insertOf(vm).settledAt === undefined) return undefined;
  if (moment.nowMs < stopsAtMs(state, vm)) return undefined;
  return ended(...SOFT_STOP);
}

const SOFT_STOP: [StopReason, string] = ['soft-stop', 'Stopped at the time that was set when it was started.'];

const CAUSES: Record<'preempted' | 'time-limit' | 'deleted' | 'stopped' | 'gone', [StopReason, string]> = {
  preempted: ['preempted', 'Google took the VM back (preempted). Start it again: its disk is kept.'],
  'time-limit': ['time-limit', 'Google stopped the VM at the limit of its life (--max).'],
  deleted: ['gone', 'Somebody deleted the VM. Its disk is kept: start it again.'],
  stopped: ['by-hand', 'The VM was switched off on the VM itself or in the console.'],
  gone: ['gone', 'Somebody deleted the VM. Its disk is kept: start it again.'],
};
