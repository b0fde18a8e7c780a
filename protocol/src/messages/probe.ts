// The sweep's canary: a message through the events topic whose arrival shows that reports could have come. Silence of a VM
// counts only while canaries arrive.
import { z } from 'zod';

const time = z.iso.datetime();

export const canaryMessage = z.strictObject({ v: z.literal(1), type: z.literal('canary'), at: time });
export type CanaryMessage = z.infer<typeof canaryMessage>;

/** The document `sweeps/canary`. */
export interface Canary {
  v: 1;
  /** When the newest one that came through was sent, and since when none has been missing. */
  at: string;
  since: string;
}
