// The clocks of a run, the same in every view: it waits until a VM begins to work for it. From then to the end its duration
// counts, including waits between attempts. A wrong clock makes no value negative.
import { currentPeriod, newestReport, PHASES, type Phase, type RunDocument } from '@mymlops/protocol';
import { coarseText, durationText, localTime, secondsBetween } from './times';

type Times = Pick<RunDocument, 'submittedAt' | 'acceptedAt' | 'startedAt' | 'finishedAt'>;

/** Seconds from the first VM's start to the end, else to `now`; null if no VM has worked. */
export function durationSeconds({ startedAt, finishedAt }: Times, now: Date): number | null {
  return notNegative(secondsBetween(startedAt, finishedAt ?? now.toISOString()));
}

/** Seconds from the submission until a VM began to work, else to the end, else to `now`. */
export function waitedSeconds(document: Times, now: Date): number | null {
  const { startedAt, finishedAt } = document;
  return notNegative(secondsBetween(submittedAt(document), startedAt ?? finishedAt ?? now.toISOString()));
}

/** Seconds of the current wait for the first VM or another one; null while a VM works, and after the end. */
export function waitingSeconds(document: RunDocument, now: Date): number | null {
  if (document.end || document.status === 'running') return null;
  return notNegative(secondsBetween(lostAt(document) ?? submittedAt(document), now.toISOString()));
}

/** `45 s`, or `waiting 45 s` for a run without a VM so far. For lines about the state of a run. */
export function clockText(document: Times, now: Date): string {
  const seconds = durationSeconds(document, now);
  if (seconds !== null) return durationText(seconds);
  const waited = waitedSeconds(document, now);
  return waited === null ? '' : `waiting ${durationText(waited)}`;
}

/** `waiting 2 min`, for a list; empty if the run is not waiting. */
export function waitingText(document: RunDocument, now: Date): string {
  const seconds = waitingSeconds(document, now);
  return seconds === null ? '' : `waiting ${coarseText(seconds)}`;
}

/** Rows of `show`, from the submission to the end. */
export function clockRows(document: RunDocument, now: Date): [string, string | undefined][] {
  const { startedAt, finishedAt, end } = document;
  const duration = durationSeconds(document, now);
  return [
    ['waited', waitedText(document, now)],
    ['started', startedAt && localTime(startedAt)],
    ['phases', phasesText(document, now)],
    ['finished', finishedAt && localTime(finishedAt)],
    ['duration', duration === null ? undefined : `${durationText(duration)}${end ? '' : ' so far'}`],
  ];
}

function waitedText(document: RunDocument, now: Date): string | undefined {
  const waited = waitedSeconds(document, now);
  const waiting = waitingSeconds(document, now);
  if (waited === null) return undefined;
  if (waiting === null) return durationText(waited);
  return document.startedAt === undefined
    ? `${durationText(waited)} so far`
    : `${durationText(waited)}, and ${durationText(waiting)} so far for another VM`;
}

/** `boot 1 s, source 0 s, setup 25 s, execute 18 s, publish 1 s`, of the newest attempt with reports. */
export function phasesText(document: RunDocument, now: Date): string {
  const worked = workedAttempts(document).at(-1);
  if (!worked) return '';
  const { number, attempt, phases } = worked;
  const { outcome, vm, givenUp } = attempt;
  const seenDownAt = currentPeriod(vm).down?.at;
  const until =
    outcome?.savedAt ?? outcome?.finishedAt ?? seenDownAt ?? givenUp?.at ?? document.finishedAt ?? now.toISOString();
  const entered = PHASES.filter((phase) => phases[phase] !== undefined);
  const parts = entered.map((phase, index) => {
    const next = entered[index + 1];
    return `${phase} ${durationText(secondsBetween(phases[phase], next ? phases[next] : until) ?? 0)}`;
  });
  return parts.join(', ') + (number > 1 && parts.length > 0 ? ` (attempt ${number})` : '');
}

/** The submitter's clock may be ahead, but a run cannot be submitted after it was accepted. */
function submittedAt({ submittedAt, acceptedAt }: Times): string | undefined {
  const ahead = secondsBetween(acceptedAt, submittedAt);
  return ahead !== null && ahead > 0 ? acceptedAt : submittedAt;
}

/** When the last VM that had worked for the run was given up. */
function lostAt(document: RunDocument): string | undefined {
  return workedAttempts(document).findLast(({ attempt }) => attempt.givenUp)?.attempt.givenUp?.at;
}

interface Worked {
  number: number;
  attempt: RunDocument['attempts'][string];
  phases: Partial<Record<Phase, string>>;
}

/** The attempts whose agent has reported, with the phases of its newest report. */
function workedAttempts({ attempts }: RunDocument): Worked[] {
  return Object.entries(attempts)
    .flatMap(([number, attempt]) => {
      const newest = newestReport('agent', currentPeriod(attempt.vm));
      return newest ? [{ number: Number(number), attempt, phases: newest.phases }] : [];
    })
    .toSorted((left, right) => left.number - right.number);
}

const notNegative = (seconds: number | null): number | null => (seconds === null ? null : Math.max(0, seconds));
