// Messages that our own functions publish to the requests topic.
import * as z from 'zod/mini';
import { SOURCE_OBJECT } from '../naming/paths';
import { REASON_NAMES } from '../reasons';

/** The kind of a document: `run`. */
export const kindName = z.string().check(z.regex(/^[a-z]{1,20}$/));
const id = z.string().check(z.minLength(1), z.maxLength(200));

/** Load this document and do what is due. */
export const advanceRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('advance'),
  kind: kindName,
  id,
  /** How many invocations in a row have left the rest to the next one. */
  handovers: z.optional(z.int().check(z.nonnegative())),
  /** From the sweep, which sends it again in a minute: it need not be delivered again. */
  repeats: z.optional(z.literal(true)),
});
export type AdvanceRequest = z.infer<typeof advanceRequest>;

/** From the sweep: this VM or disk carries our label and nothing needs it. */
export const reapRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('reap'),
  resource: z.enum(['vm', 'disk']),
  zone: z.string(),
  /** Name as it was seen. */
  name: z.string(),
  /** Compute Engine's numeric id: another one of the same name is not meant. */
  id: z.string(),
});
export type ReapRequest = z.infer<typeof reapRequest>;

/** From the sweep: this one holds or waits for a slot, and is not live. */
export const freeSlotRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('free-slot'),
  kind: kindName,
  id,
});
export type FreeSlotRequest = z.infer<typeof freeSlotRequest>;

/** From the sweep, and from the function itself for the next page: remove the snapshots that no document names. */
export const removeSnapshotsRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('remove-snapshots'),
  /** Runs from before do not name their snapshots in a field: what is older stays. */
  since: z.iso.datetime(),
  /** The object that was looked at last; absent: begin with the first. */
  after: z.optional(z.string().check(z.regex(SOURCE_OBJECT))),
});
export type RemoveSnapshotsRequest = z.infer<typeof removeSnapshotsRequest>;

export const MAX_REJECTION_LENGTH = 1000;

/** From the sweep: the first request of this document cannot be carried out. Make a document that says so. */
export const rejectRequest = z.strictObject({
  v: z.literal(1),
  type: z.literal('reject'),
  kind: kindName,
  id,
  reason: z.enum(REASON_NAMES),
  message: z.string().check(z.maxLength(MAX_REJECTION_LENGTH)),
});
export type RejectRequest = z.infer<typeof rejectRequest>;

export type InternalRequest = AdvanceRequest | ReapRequest | FreeSlotRequest | RemoveSnapshotsRequest | RejectRequest;
