// outcome.json: the last thing that a VM writes. Where it is, everything that it lists is in the bucket. Free text is base64 in
// it (fields ending in 64); a parsed outcome holds the text, under the name without 64.
import * as z from 'zod/mini';
import { REASON_NAMES } from '../reasons';

const textIn = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

export const manifestEntry = z.pipe(
  z.strictObject({
    /** Path below the attempt's results/ prefix. */
    path64: z.base64(),
    size: z.int().check(z.nonnegative()),
    sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    /** The bucket's generation of the object, as a decimal string. */
    generation: z.string().check(z.regex(/^\d+$/)),
  }),
  z.transform(({ path64, ...facts }) => ({ path: textIn(path64), ...facts })),
);

export const outcome = z.strictObject({
  v: z.literal(1),
  attempt: z.int().check(z.positive()),
  boot: z.string(),
  /** Start of the command; if it never began, start of the VM's work. */
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** All that is listed is in the bucket. */
  savedAt: z.optional(z.iso.datetime()),
  /** Absent where the command was never started (`failure` says why). */
  command: z.optional(
    z.pipe(
      z.strictObject({
        exit: z.int(),
        timedOut: z.boolean(),
        /** The last line of a command that failed; empty for any other. */
        lastLine64: z._default(z.base64(), ''),
        /** Whether the file MYMLOPS_PARAMS was read; absent if there are no parameters, or the file system does not tell. */
        paramsRead: z.optional(z.boolean()),
      }),
      z.transform(({ lastLine64, ...command }) => ({ ...command, lastLine: textIn(lastLine64) })),
    ),
  ),
  failure: z.optional(
    z.pipe(
      z.strictObject({ reason: z.enum(REASON_NAMES), message64: z.base64() }),
      z.transform(({ reason, message64 }) => ({ reason, message: textIn(message64) })),
    ),
  ),
  manifest: z.array(manifestEntry),
  /** Result files that could not be uploaded, with the cause. */
  missing: z.array(
    z.pipe(
      z.strictObject({ path64: z.base64(), message64: z.base64() }),
      z.transform(({ path64, message64 }) => ({ path: textIn(path64), message: textIn(message64) })),
    ),
  ),
});
export type Outcome = z.infer<typeof outcome>;

/** Written by the control plane where the outcome would be, when it gives the attempt up: none can come any more. */
export const VOID_OUTCOME = '{"v":1,"boot":"void"}\n';

export const isVoidOutcome = (text: string): boolean => text === VOID_OUTCOME;
