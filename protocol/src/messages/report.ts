// Messages of a VM to the events topic. Reports are cumulative: each carries the attempt's whole state so far, so that
// any later one replaces any lost one. Free text travels as base64 (fields ending in 64), because the agent is a shell
// script; a parsed report holds the text, under the name without 64.
import * as z from 'zod/mini';
import { cutText } from '../text/cut-text';
import { isRunId } from '../naming/run-id';
import { REASON_NAMES } from '../reasons';

export const PHASES = ['boot', 'source', 'setup', 'execute', 'publish'] as const;
export type Phase = (typeof PHASES)[number];

/** Any number of digits may follow the seconds; ours are at most nine. */
const time = z.iso.datetime().check(z.maxLength(40));
const MAX_TEXT_LENGTH = 500;

/** Base64 of UTF-8 text. */
const textIn = (base64: string): string => cutText(Buffer.from(base64, 'base64').toString('utf8'), MAX_TEXT_LENGTH);

const publicationFailure = z.pipe(
  z.strictObject({ message64: z.base64() }),
  z.transform(({ message64 }) => ({ message: textIn(message64) })),
);

export const reportState = z.strictObject({
  phase: z.enum(PHASES),
  /** When each phase began. */
  phases: z.partialRecord(z.enum(PHASES), time),
  /** Cells that have ended so far, as their marks in the notebook tell; the next one is running. Absent: not known. */
  cells: z.optional(z.int().check(z.nonnegative())),
  /** The command has ended, and how. */
  command: z.optional(z.strictObject({ exit: z.int(), timedOut: z.boolean(), finishedAt: time })),
  /** Something before the command failed. */
  failure: z.optional(
    z.pipe(
      z.strictObject({ reason: z.enum(REASON_NAMES), message64: z.base64() }),
      z.transform(({ reason, message64 }) => ({ reason, message: textIn(message64) })),
    ),
  ),
  /** outcome.json is in the bucket. */
  outcome: z.optional(z.boolean()),
  /** The push to the output repository: its commit, or why it failed. */
  publication: z.optional(
    z.union([z.strictObject({ commit: z.string().check(z.regex(/^[0-9a-f]{40,64}$/)) }), publicationFailure]),
  ),
  /** Written by shutdown.sh: the VM is going down. */
  stopping: z.optional(z.strictObject({ preempted: z.boolean(), at: time })),
});
export type ReportState = z.infer<typeof reportState>;

export const report = z.strictObject({
  v: z.literal(1),
  run: z.string().check(z.refine(isRunId)),
  attempt: z.int().check(z.positive()),
  boot: z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/)),
  writer: z.enum(['agent', 'shutdown']),
  /** Grows by one a report, per (boot, writer). */
  seq: z.int().check(z.positive()),
  /** A heartbeat has no audit document. */
  kind: z.enum(['lifecycle', 'heartbeat']),
  /** The VM's clock: for display, never for a decision. */
  sentAt: time,
  state: reportState,
});
export type Report = z.infer<typeof report>;

/** Identity of a report: the id of its audit document. Sorts by attempt, then by the order of its writer. */
export function reportId(message: Pick<Report, 'attempt' | 'boot' | 'writer' | 'seq'>): string {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  return `${pad(message.attempt, 4)}-${pad(message.seq, 8)}-${message.writer}-${message.boot.slice(0, 13)}`;
}
