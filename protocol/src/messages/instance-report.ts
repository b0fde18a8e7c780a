// Messages of an instance's VM to the events topic. Cumulative, as those of runs are (report.ts).
import * as z from 'zod/mini';
import { isInstanceName, isInstanceUid } from '../naming/instances';
import { failureInReport, reportFields, textInReport, timeInReport } from './report-fields';

export const INSTANCE_PHASES = ['boot', 'source', 'setup', 'start', 'serve'] as const;
export type InstancePhase = (typeof INSTANCE_PHASES)[number];

/** The signs by which a VM knows whether somebody works on it. */
export const SIGNALS = ['kernels', 'terminals', 'ssh', 'cpu', 'gpu', 'exec'] as const;
export type SignalName = (typeof SIGNALS)[number];

const signal = z.pipe(
  z.strictObject({
    /** `absent`: the VM has nothing of the kind. `unknown`: it could not find out, which counts as busy. */
    says: z.enum(['busy', 'idle', 'absent', 'unknown']),
    /** Seconds for which it has been idle without a break, by the VM's uptime. */
    idleSeconds: z.optional(z.int().check(z.nonnegative())),
    /** Which kernel, terminal or process. */
    detail64: z.optional(z.base64()),
  }),
  z.transform(({ detail64, ...rest }) => ({
    ...rest,
    ...(detail64 !== undefined && { detail: textInReport(detail64) }),
  })),
);
export type Signal = z.infer<typeof signal>;

const serviceState = z.strictObject({
  state: z.enum(['starting', 'ready', 'down']),
  /** How often it was started again after it had died. */
  restarts: z.int().check(z.nonnegative()),
});

export const instanceReportState = z.strictObject({
  phase: z.enum(INSTANCE_PHASES),
  phases: z.partialRecord(z.enum(INSTANCE_PHASES), timeInReport),
  failure: z.optional(failureInReport),
  services: z.optional(z.record(z.string(), serviceState)),
  signals: z.optional(z.partialRecord(z.enum(SIGNALS), signal)),
  /** The answer to the proposal of that number: to stop because nobody works. `going`: there is no way back. */
  answer: z.optional(
    z.strictObject({
      proposal: z.int().check(z.positive()),
      says: z.enum(['vetoed', 'going']),
      signal: z.optional(z.enum(SIGNALS)),
    }),
  ),
  /** The agent powers its VM off without the control plane's word: nobody works (`true`), or the soft stop is past. */
  alone: z.optional(z.union([z.literal(true), z.literal('soft-stop')])),
  stopping: z.optional(z.strictObject({ preempted: z.boolean(), at: timeInReport })),
});
export type InstanceReportState = z.infer<typeof instanceReportState>;

export const instanceReport = z.strictObject({
  ...reportFields,
  instance: z.string().check(z.refine(isInstanceName)),
  uid: z.string().check(z.refine(isInstanceUid)),
  state: instanceReportState,
});
export type InstanceReport = z.infer<typeof instanceReport>;
