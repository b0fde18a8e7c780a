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
import { agentReport, isPlaced, stopsAtMs, workVm, type InstanceVm } from './readings';
import { SOFT_STOP, whyDown, whyLeaving, type WhyDown } from './why-down';

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
  const because = ({ reason, message, ...fields }: WhyDown): InstanceStop => ended(reason, message, fields);
  const { down } = currentPeriod(vm);
  if (down) return because(whyDown(state, vm, down));
  const report = agentReport(vm);
  const leaving = report && whyLeaving(state, report.state);
  if (leaving) {
    const saidAt = state.proposal?.period === state.current ? state.proposal.at : report.receivedAt;
    return moment.nowMs - Date.parse(saidAt) > GOING_MS ? because(leaving) : undefined;
  }
  // A VM that is not on yet has no end.
  if (insertOf(vm).settledAt === undefined) return undefined;
  if (moment.nowMs < stopsAtMs(state, vm)) return undefined;
  return because(SOFT_STOP);
}
