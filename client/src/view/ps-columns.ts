// The columns of `ps`: what each of them shows of a run.
import type { RunDocument } from '@mymlops/protocol';
import { durationSeconds, waitingText } from './clocks';
import { keptUntilOf } from './kept-vm';
import { printableLine } from './printable';
import { durationText, localTime } from './times';
import { shortenToColumns } from './width';

export const RUN_COLUMNS = ['RUN', 'STATUS', 'PHASE', 'NOTEBOOK', 'STARTED', 'DURATION', 'NOTES'];

/** Columns. */
const LONGEST_NOTES = 60;

/** A row of `ps`. */
export function runRow(run: string, document: RunDocument, now: Date): string[] {
  const seconds = durationSeconds(document, now);
  return [
    run,
    document.status,
    phaseText(document, now),
    printableLine(document.notebook ?? '-'),
    localTime(document.startedAt),
    seconds === null ? '-' : durationText(seconds),
    shortenToColumns(printableLine(document.notes ?? ''), LONGEST_NOTES),
  ];
}

function phaseText(document: RunDocument, now: Date): string {
  const { phase, progress, end, reason, removing } = document;
  if (removing) return 'removing';
  const keptUntil = keptUntilOf(document, now);
  const kept = keptUntil && `kept until ${localTime(keptUntil).slice(-'17:05'.length)}`;
  if (end) return [reason, kept].filter(Boolean).join(', ') || '-';
  const cells = progress && progress.cells > 0 ? ` ${progress.cell}/${progress.cells}` : '';
  const isRunning = phase !== undefined && document.status === 'running';
  return isRunning ? `${phase}${phase === 'execute' ? cells : ''}` : waitingText(document, now) || '-';
}
