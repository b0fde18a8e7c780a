// outcome.json: what a VM writes last. Whoever finds it knows that everything it lists is in the bucket.
import { z } from 'zod';
import { REASON_NAMES } from '../reasons';

const text64 = z.base64().transform((value) => Buffer.from(value, 'base64').toString('utf8'));

export const manifestEntry = z.strictObject({
  /** Path below the attempt's results/ prefix. */
  path64: text64,
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The bucket's generation of the object, as a decimal string. */
  generation: z.string().regex(/^\d+$/),
});

export const outcome = z.strictObject({
  v: z.literal(1),
  attempt: z.number().int().positive(),
  boot: z.string(),
  /** Start of the command; if it never began, start of the VM's work. */
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** All that is listed is in the bucket. */
  savedAt: z.iso.datetime().optional(),
  /** Absent where the command was never started (`failure` says why). */
  command: z
    .strictObject({
      exit: z.number().int(),
      timedOut: z.boolean(),
      /** What a command that failed said last; empty for any other. */
      lastLine64: text64.default(''),
      /** Whether the file MYMLOPS_PARAMS was read; absent where there are none, or the file system does not tell. */
      paramsRead: z.boolean().optional(),
    })
    .optional(),
  failure: z.strictObject({ reason: z.enum(REASON_NAMES), message64: text64 }).optional(),
  manifest: z.array(manifestEntry),
  /** Result files that could not be uploaded, with the cause. */
  missing: z.array(z.strictObject({ path64: text64, message64: text64 })),
});
export type Outcome = z.infer<typeof outcome>;

/** What the control plane puts in the place of an outcome that is never to come: the attempt was given up. */
export const SEALED_OUTCOME = '{"v":1,"boot":"sealed"}\n';

export const isSealedOutcome = (text: string): boolean => text === SEALED_OUTCOME;
