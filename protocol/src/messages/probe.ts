// The sweep's probe: a message through the events topic whose arrival shows that reports could have come. A silent VM
// counts as lost only while probes arrive.
import * as z from 'zod/mini';

const time = z.iso.datetime();

export const probeMessage = z.strictObject({ v: z.literal(1), type: z.literal('probe'), at: time });
export type ProbeMessage = z.infer<typeof probeMessage>;

/** The document `sweeps/probe`. */
export interface Probe {
  v: 1;
  /** When the newest one that came through was sent, and since when none has been missing. */
  at: string;
  since: string;
}
