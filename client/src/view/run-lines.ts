// A run as text: while it is followed, at its end, and in full.
import {
  cellText,
  counted,
  currentPeriod,
  NEXT_STEPS,
  parametersOf,
  REASONS,
  type RunDocument,
} from '@mymlops/protocol';
import { imageText } from './run-image';
import { keptUntilOf } from './kept-vm';
import { metricsLine, metricsLines } from './metrics';
import { printable, printableLine } from './printable';
import { sizeText } from '../core/sizes';
import { clockRows, clockText } from './clocks';
import { coarseText, localTime } from './times';

/** Assumed if the width of the terminal is not known. */
const USUAL_COLUMNS = 100;
/** Columns before the values in `show`. */
const INDENT = 13;
const LOG_ALONE = 'The log is among the results.';

/** The state of a followed run. Equal texts mean the same state for the reader. */
export function progressText(document: RunDocument | null): string {
  return [...stateParts(document), ...waitParts(document)].join(', ');
}

/** The same with the clock, which comes before words that a narrow terminal would cut off. */
export function liveText(document: RunDocument | null, { now, sentAt }: { now: Date; sentAt: string }): string {
  const clock = clockText(document ?? { submittedAt: sentAt }, now);
  return [...stateParts(document), clock, ...waitParts(document)].filter(Boolean).join(', ');
}

function stateParts(document: RunDocument | null): string[] {
  if (!document) return ['sent'];
  const { status, phase, progress } = document;
  if (!document.end && phase === 'execute' && progress && progress.cells > 0) {
    return [`${status} ${cellText(progress)} of ${progress.cells}`];
  }
  const parts: string[] = [status];
  if (!document.end && phase) parts.push(phase);
  return parts;
}

const waitParts = (document: RunDocument | null): string[] =>
  document?.message && !document.phase && !document.end ? [printableLine(document.message)] : [];

/** Lines for the end of a followed run: its status, the reason, and where the results are. */
export function endLines(run: string, document: RunDocument, columns = USUAL_COLUMNS): string[] {
  const { end, results } = document;
  const clock = clockText(document, new Date(end?.at ?? 0));
  const after = clock && ` after ${clock}`;
  const lines = [`${run}: ${document.status}${end?.reason ? ` (${end.reason})` : ''}${after}`];
  const error = results?.notebook?.error;
  if (error && !end?.message.includes(error.ename))
    lines.push(`  ${cellText(error)}: ${printableLine(`${error.ename}: ${error.evalue}`)}`);
  lines.push(...reasonLines(document).map((line) => `  ${line}`));
  if (results?.parametersUse === 'unknown') lines.push(`  parameters ${parametersText(document) ?? ''}`);
  const metrics = metricsLine(results?.metrics, columns - 2);
  if (metrics !== undefined) lines.push(`  ${metrics}`);
  if (results && results.files > 0) lines.push(`  results: ${printableLine(document.resultsUrl ?? '')}`);
  if (results ? results.files > 0 : hasExecuted(document)) {
    lines.push(`  to get ${results ? 'them' : 'the files that it saved'}: mymlops-client pull ${run}`);
  }
  return lines;
}

/** Whether an attempt reached the command. Then it may have saved files, also without an outcome. */
function hasExecuted({ attempts }: RunDocument): boolean {
  const reports = Object.values(attempts).flatMap(({ vm }) => Object.values(currentPeriod(vm).reports ?? {}));
  return reports.some(({ state }) => state.phases.execute !== undefined);
}

/** The message, and the next step for the reason unless the message contains it. */
function reasonLines({ end, results }: RunDocument): string[] {
  const message = printable(end?.message ?? '').trim();
  const reason = end?.reason;
  if (message === '') return reason ? [REASONS[reason]] : [];
  const lines = message.split('\n');
  const next = reason && (reason === 'user-error' && !hasOutputs(results) ? LOG_ALONE : NEXT_STEPS[reason]);
  return next && !message.includes(next) ? [...lines, next] : lines;
}

/** Whether the notebook that came back shows that a cell began. */
const hasOutputs = (results: RunDocument['results']): boolean =>
  results?.notebook !== undefined && (results.notebook.executedCells > 0 || results.notebook.error !== undefined);

/** The lines of `show`. */
export function fullLines(
  run: string,
  document: RunDocument,
  { now, retriedBy = [], columns = USUAL_COLUMNS }: { now: Date; retriedBy?: readonly string[]; columns?: number },
): string[] {
  const { request } = document;
  const keptUntil = keptUntilOf(document, now);
  const rows: [string, string | undefined][] = [
    ['run', run],
    ['status', `${progressText(document)}${document.end?.reason ? ` (${document.end.reason})` : ''}`],
    ['message', (document.end ? reasonLines(document) : [document.message]).filter(Boolean).join('\n')],
    ['notebook', document.notebook],
    ['command', request?.command],
    ['setup', request?.setup],
    ['parameters', parametersText(document)],
    ['notes', document.notes],
    ['profile', document.profile],
    ['submitted', document.submittedAt && `${localTime(document.submittedAt)} by ${document.submittedBy ?? '-'}`],
    ...clockRows(document, now),
    [
      'machine',
      document.machine && `${document.machine} in ${document.zone ?? '-'}, attempt ${document.attempt ?? '-'}`,
    ],
    ['image', imageText(document)],
    ['retry of', document.retryOf && `${document.retryOf}${request?.resumeFrom ? ', from its checkpoint' : ''}`],
    ['retried by', retriedBy.join(', ')],
    ['source', request && sourceText(request.source)],
    [
      'results',
      document.results
        ? `${counted(document.results.files, 'file')}, ${sizeText(document.results.bytes)}, ${document.resultsUrl ?? ''}`
        : document.resultsUrl,
    ],
    ['metrics', metricsLines(document.results?.metrics, columns - INDENT).join('\n')],
    ['error', errorText(document)],
    [
      'output',
      request?.outputRepository && `${request.outputRepository.url}, branch ${request.outputRepository.branch}`,
    ],
    ['publication', publicationText(document)],
    ['retention', retentionText(document)],
    ['kept', keptUntil && `the VM, until ${localTime(keptUntil)}`],
    ['cleaned', document.cleanedAt && localTime(document.cleanedAt)],
    ['removing', document.removing && `since ${localTime(document.removing.at)}, for ${document.removing.by}`],
  ];
  return rows
    .filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '')
    .flatMap(([name, value]) => {
      const [first = '', ...rest] = printable(value).trim().split('\n');
      return [`${name.padEnd(INDENT)}${first}`, ...rest.map((line) => `${' '.repeat(INDENT)}${line}`)];
    });
}

function parametersText({ request, results }: RunDocument): string | undefined {
  const given = Object.entries(parametersOf(request)).map(([name, json]) => `${name}=${json}`);
  if (given.length === 0) return undefined;
  return `${given.join(', ')}${results?.parametersUse === 'unknown' ? ' (not known to be used)' : ''}`;
}

function sourceText({ tree, origin }: NonNullable<RunDocument['request']>['source']): string {
  if (!origin?.commit) return `tree ${tree.slice(0, 12)}`;
  const dirty = origin.dirty > 0 ? ` and ${counted(origin.dirty, 'changed file')}` : '';
  return `${origin.branch ?? 'detached'} at ${origin.commit.slice(0, 12)}${dirty}`;
}

function retentionText({ request }: RunDocument): string {
  const limits = Object.entries(request?.retentionSeconds ?? {});
  return limits.map(([status, seconds]) => `${coarseText(seconds)} if ${status}`).join(', ');
}

function errorText({ results }: RunDocument): string | undefined {
  const error = results?.notebook?.error;
  return error && `${cellText(error)}: ${error.ename}: ${error.evalue}`;
}

function publicationText({ publication }: RunDocument): string | undefined {
  if (publication?.state === 'done') return `done, commit ${publication.commit}`;
  return publication?.state === 'failed' ? `failed: ${publication.message}` : publication?.state;
}
