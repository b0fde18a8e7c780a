// Parts that the reports of every kind's VMs have. Free text travels as base64 (fields ending in 64), because the agent is a
// shell script; a parsed report holds the text, under the name without 64.
import * as z from 'zod/mini';
import { cutText } from '../text/cut-text';
import { REASON_NAMES } from '../reasons';

/** Any number of digits may follow the seconds; ours are at most nine. */
export const timeInReport = z.iso.datetime().check(z.maxLength(40));
const MAX_TEXT_LENGTH = 500;

/** Base64 of UTF-8 text. */
export const textInReport = (base64: string): string =>
  cutText(Buffer.from(base64, 'base64').toString('utf8'), MAX_TEXT_LENGTH);

export const failureInReport = z.pipe(
  z.strictObject({ reason: z.enum(REASON_NAMES), message64: z.base64() }),
  z.transform(({ reason, message64 }) => ({ reason, message: textInReport(message64) })),
);

/** All but whose report it is, and its state. */
export const reportFields = {
  v: z.literal(1),
  attempt: z.int().check(z.positive()),
  boot: z.string().check(z.regex(/^[A-Za-z0-9-]{8,64}$/)),
  writer: z.enum(['agent', 'shutdown']),
  /** Grows by one a report, per (boot, writer). */
  seq: z.int().check(z.positive()),
  /** A heartbeat has no audit document. */
  kind: z.enum(['lifecycle', 'heartbeat']),
  /** The VM's clock: for display, never for a decision. */
  sentAt: timeInReport,
};
