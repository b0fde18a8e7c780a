// Why the VM of an instance is off, as far as Google and the VM itself tell. Pure.
import {
  currentPeriod,
  newestReport,
  type InstanceReportState,
  type InstanceState,
  type InstanceStop,
  type SeenDown,
  type StopReason,
} from '@mymlops/protocol';
import { verdictOf } from './idle';
import { agentState, stopsAtMs, type InstanceVm } from './readings';

export type WhyDown = Pick<InstanceStop, 'reason' | 'message' | 'verdict' | 'signals'>;

const because = (reason: StopReason, message: string): WhyDown => ({ reason, message });

export const SOFT_STOP = because('soft-stop', 'Stopped at the time that was set when it was started.');

const CAUSES: Record<NonNullable<SeenDown['cause']>, WhyDown> = {
  preempted: because('preempted', 'Google took the VM back (preempted). Start it again: its disk is kept.'),
  host: because('host', 'The host of the VM failed, or Google maintained it. Start it again: its disk is kept.'),
  'time-limit': because('time-limit', 'Google stopped the VM at the limit of its life (--max).'),
  deleted: because('gone', 'Somebody deleted the VM. Its disk is kept: start it again.'),
};

/** The agent's own word that it switches its VM off, and why; undefined where it has said nothing of the kind. */
export function whyLeaving(state: InstanceState, said: InstanceReportState): WhyDown | undefined {
  const { answer, alone, signals } = said;
  if (alone === 'soft-stop') return SOFT_STOP;
  if (alone !== true && answer?.says !== 'going') return undefined;
  const { proposal, current, spec } = state;
  const verdict =
    proposal?.period === current ? proposal.verdict : verdictOf(signals, spec?.idleSeconds ?? Number.POSITIVE_INFINITY);
  return {
    ...because('idle', 'Stopped because nobody worked on it.'),
    ...(verdict.says === 'idle' && { verdict }),
    ...(signals && { signals }),
  };
}

/** The VM was seen down. */
export function whyDown(state: InstanceState, vm: InstanceVm, { how, cause, at }: SeenDown): WhyDown {
  const said = agentState(vm);
  const leaving = said && whyLeaving(state, said);
  if (leaving) return leaving;
  if (how === 'gone') return CAUSES.deleted;
  if (cause) return CAUSES[cause];
  const period = currentPeriod(vm);
  if (newestReport('shutdown', period)?.stopping?.preempted) return CAUSES.preempted;
  // Where nobody stops it in time, the agent does so by itself.
  if (Date.parse(at) >= stopsAtMs(state, vm)) return SOFT_STOP;
  // After an error of its own the agent switches the VM off. A failure of its user's texts leaves it on.
  if (said?.failure?.reason === 'internal') return afterFailure(said.failure.message);
  return period.reports ? BY_HAND : UNHEARD;
}

const BY_HAND = because('by-hand', 'The VM was switched off on the VM itself or in the console.');
const UNHEARD = because(
  'by-hand',
  'The VM went off before its agent reported: it was switched off in the console, or the agent could not begin. The serial console of the VM says more.',
);

const afterFailure = (message: string): WhyDown =>
  because(
    'internal',
    `The agent on the VM failed, which switched it off: ${message.replace(/\.$/, '')}. Start it again: its disk is kept.`,
  );

/** The stop with the reason that its VM told only after it was seen down; undefined where nothing new is known. */
export function correctedStop(state: InstanceState, vm: InstanceVm): InstanceStop | undefined {
  const { stop, current } = state;
  const { down } = currentPeriod(vm);
  if (!down || stop?.reason !== 'by-hand' || stop.period !== current) return undefined;
  const why = whyDown(state, vm, down);
  return why.reason === stop.reason ? undefined : { ...stop, ...why };
}
