// Messages of a VM to the events topic. Reports are cumulative: each carries the attempt's whole state so far, so that
// any later one replaces any lost one. Free text travels as base64 (fields ending in 64), because the agent is a shell
// script; a parsed report holds the text, under the name without 64.
import * as z from 'zod/mini';
import { isRunId } from '../naming/run-id';
import { failureInReport, reportFields, textInReport, timeInReport } from './report-fields';

export const PHASES = ['boot', 'source', 'setup', 'execute', 'publish'] as const;
export type Phase = (typeof PHASES)[number];

const publicationFailure = z.pipe(
  z.strictObject({ message64: z.base64() }),
  z.transform(({ message64 }) => ({ message: textInReport(message64) })),
);

export const reportState = z.strictObject({
  phase: z.enum(PHASES),
  /** When each phase began. */
  phases: z.partialRecord(z.enum(PHASES), timeInReport),
  /** Cells that have ended so far, as their marks in the notebook tell; the next one is running. Absent: not known. */
  cells: z.optional(z.int().check(z.nonnegative())),
  /** The command has ended, and how. */
  command: z.optional(z.strictObject({ exit: z.int(), timedOut: z.boolean(), finishedAt: timeInReport })),
  /** Image that the boot disk was made of, as the VM's metadata server names it. Absent: not known, or an earlier agent. */
  image: z.optional(z.string().check(z.regex(/^[A-Za-z0-9._:/-]{1,300}$/))),
  /** Something before the command failed. */
  failure: z.optional(failureInReport),
  /** outcome.json is in the bucket. */
  outcome: z.optional(z.boolean()),
  /** The push to the output repository: its commit, or why it failed. */
  publication: z.optional(
    z.union([z.strictObject({ commit: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)) }), publicationFailure]),
  ),
  /** Written by shutdown.sh: the VM is going down. */
  stopping: z.optional(z.strictObject({ preempted: z.boolean(), at: timeInReport })),
});
export type ReportState = z.infer<typeof reportState>;

export const report = z.strictObject({
  ...reportFields,
  run: z.string().check(z.refine(isRunId)),
  state: reportState,
});
export type Report = z.infer<typeof report>;

/** Identity of a report: the id of its audit document. Sorts by attempt, then by the order of its writer. */
export function reportId(message: Pick<Report, 'attempt' | 'boot' | 'writer' | 'seq'>): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${pad(message.attempt, 4)}-${pad(message.seq, 8)}-${message.writer}-${message.boot.slice(0, 13)}`;
}
