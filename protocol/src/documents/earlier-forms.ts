// Documents as functions of 0.1 wrote them when runs were the only kind, in the form of today.
import { inTodaysForm } from '../messages/earlier-forms';
import type { Attempt } from './attempt';
import type { ReportState } from '../messages/report';
import { RUN_KIND, type DocumentRef } from './document-ref';
import type { RunDocument } from './run';
import type { SlotHolder, SlotPool } from './slots';
import type { DeadLetter, SweepReport } from './sweep';
import type { HeldSlots, Liveness, Period, ReportRecord, VmFailure, VmRecord } from './vm';

interface EarlierAttempt extends Omit<Attempt, 'vm'> {
  decided: Pick<VmRecord, 'zone' | 'machine' | 'provisioning' | 'requestId'> &
    Pick<Period['start'], 'at' | 'actor' | 'maxRunDurationSeconds'> & { vm: string; checkpoint?: string };
  insert?: { operation?: string; instanceId?: string; settledAt?: string; failure?: VmFailure };
  instanceId?: string;
  guardedAt?: string;
  /** Their texts are under the names that they are sent by: `message64`. */
  reports?: Record<string, ReportRecord<{ failure?: object; publication?: object }>>;
  silence?: Pick<Liveness, 'at' | 'newestObjectAt'> & { canaryAt?: string; canarySince?: string };
  stopped?: Period['down'];
  closedAt?: string;
  verdictSentAt?: string;
  goneAt?: string;
}

const isEarlier = (attempt: Attempt | EarlierAttempt): attempt is EarlierAttempt => 'decided' in attempt;

/** The same object where it is in the form of today. May be called twice. */
export function runInTodaysForm<T extends Pick<RunDocument, 'request' | 'attempts' | 'slots'>>(document: T): T {
  const attempts = Object.entries(document.attempts ?? {});
  const request = inTodaysForm(document.request);
  const slots = document.slots && slotsOfToday(document.slots);
  const isToday = request === document.request && slots === document.slots;
  if (isToday && !attempts.some(([, attempt]) => isEarlier(attempt))) return document;
  const today = attempts.map(([number, attempt]) => [number, isEarlier(attempt) ? attemptOfToday(attempt) : attempt]);
  return {
    ...document,
    ...(request && { request }),
    ...(slots && { slots }),
    attempts: Object.fromEntries(today) as T['attempts'],
  };
}

/** A pool was a `scope`. */
function slotsOfToday(slots: HeldSlots): HeldSlots {
  const { waiting } = slots as { waiting?: { scope?: string; since: string } };
  if (waiting?.scope === undefined) return slots;
  return { held: slots.held, waiting: { pool: waiting.scope, since: waiting.since } };
}

/** Ids of runs, which were the only kind; their zones by themselves. */
interface EarlierPool extends Omit<SlotPool, 'holders' | 'queue'> {
  holders: (string | SlotHolder)[];
  queue: (string | DocumentRef)[];
  zones?: Record<string, string>;
}

/** Fields of a slot pool that there are no more. */
export const EARLIER_POOL_FIELDS = ['zones'] as const;

/** May be called twice. */
export function poolInTodaysForm({ zones = {}, ...pool }: EarlierPool): SlotPool {
  const holderOfToday = (holder: string | SlotHolder): SlotHolder => {
    if (typeof holder !== 'string') return holder;
    const zone = zones[holder];
    return { kind: RUN_KIND, id: holder, ...(zone !== undefined && { zone }) };
  };
  return { ...pool, holders: pool.holders.map(holderOfToday), queue: pool.queue.map(refOfToday) };
}

/** Lists of documents were ids of runs. May be called twice. */
export function sweepReportInTodaysForm<Report extends Pick<SweepReport, 'advanced' | 'freed' | 'removed'>>(
  report: Report,
): Report {
  const { advanced, freed, removed } = report;
  return {
    ...report,
    advanced: advanced.map(refOfToday),
    freed: freed.map(refOfToday),
    removed: removed.map(refOfToday),
  };
}

interface EarlierDeadLetter extends Omit<DeadLetter, 'outcome' | 'document'> {
  outcome: DeadLetter['outcome'] | 'failed-run';
  run?: string;
  document?: DocumentRef;
}

/** It was about a run. May be called twice. */
export function deadLetterInTodaysForm({ outcome, run, ...same }: EarlierDeadLetter): DeadLetter {
  return {
    ...same,
    outcome: outcome === 'failed-run' ? 'rejected' : outcome,
    ...(run !== undefined && { document: refOfToday(run) }),
  };
}

const refOfToday = (ref: string | DocumentRef): DocumentRef =>
  typeof ref === 'string' ? { kind: RUN_KIND, id: ref } : ref;

function attemptOfToday(earlier: EarlierAttempt): Attempt {
  const {
    decided,
    insert,
    instanceId,
    guardedAt,
    reports,
    silence,
    stopped,
    closedAt,
    verdictSentAt,
    goneAt,
    ...same
  } = earlier;
  const { at, actor, maxRunDurationSeconds, vm: name, checkpoint, ...placed } = decided;
  const { instanceId: id, failure, ...settled } = insert ?? {};
  const period = {
    start: { at, actor, maxRunDurationSeconds, ...settled, ...(failure && { failure: failureOfToday(failure) }) },
    ...present({
      timeLimitVerifiedAt: guardedAt,
      reports: reports && reportsOfToday(reports),
      liveness: silence && livenessOfToday(silence),
      down: stopped,
    }),
  };
  return {
    ...same,
    ...present({ checkpoint, resultSentAt: verdictSentAt }),
    vm: {
      ...placed,
      name,
      terminationAction: 'DELETE',
      periods: { 1: period },
      ...present({ id, reportedId: instanceId, fencedAt: closedAt, goneAt }),
    },
  };
}

const failureOfToday = (failure: VmFailure): VmFailure =>
  failure.code === 'unguarded' ? { ...failure, code: 'noTimeLimit' } : failure;

const livenessOfToday = ({ canaryAt, canarySince, ...same }: NonNullable<EarlierAttempt['silence']>): Liveness => ({
  ...same,
  ...present({ probeAt: canaryAt, probesSince: canarySince }),
});

function reportsOfToday(reports: NonNullable<EarlierAttempt['reports']>): NonNullable<Period<ReportState>['reports']> {
  const today = Object.entries(reports).map(([writer, { state, ...same }]) => {
    const { failure, publication } = state;
    const texts = present({
      failure: failure && withMessage(failure),
      publication: publication && withMessage(publication),
    });
    return [writer, { ...same, state: { ...state, ...texts } }];
  });
  return Object.fromEntries(today) as NonNullable<Period<ReportState>['reports']>;
}

function withMessage(said: object): object {
  if (!('message64' in said)) return said;
  const { message64: message, ...same } = said;
  return { ...same, message };
}

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
