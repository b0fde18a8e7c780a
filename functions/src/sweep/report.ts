// The report that a sweep writes about itself.
import { cutText, type SweepReport } from '@mymlops/protocol';

const DOCUMENTS = ['advanced', 'freed', 'removed'] as const;
const NAMES = ['reaped', 'orphans', 'deadLetters', 'failures'] as const;

/** So many are named; a document holds a megabyte. */
const MAX_NAMED = 1000;
const MAX_FAILURE_LENGTH = 500;

export function emptyReport(nowMs: number): SweepReport {
  return {
    v: 1,
    at: new Date(nowMs).toISOString(),
    isListed: false,
    sinceList: 0,
    vms: 0,
    disks: 0,
    live: {},
    advanced: [],
    reaped: [],
    orphans: [],
    freed: [],
    removed: [],
    deadLetters: [],
    failures: [],
  };
}

/** Something was marked, requested or freed, or failed. */
export const isEventful = (report: SweepReport): boolean =>
  [...DOCUMENTS, ...NAMES].some((list) => report[list].length > 0);

export function withShortLists(report: SweepReport): SweepReport {
  const short = { ...report };
  for (const list of DOCUMENTS) short[list] = report[list].slice(0, MAX_NAMED);
  for (const list of NAMES) short[list] = report[list].slice(0, MAX_NAMED);
  if (short.kept) short.kept = short.kept.slice(0, MAX_NAMED);
  return short;
}

/** One item's failure stops no other; the report keeps it. */
export async function isolated(name: string, report: SweepReport, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    noteFailure(name, error, report);
  }
}

/** A part that failed makes the invocation fail at its end. */
export function noteFailure(name: string, error: unknown, report: SweepReport): void {
  const cause = error instanceof Error ? error.message : String(error);
  report.failures.push(cutText(`${name}: ${cause}`, MAX_FAILURE_LENGTH));
}
