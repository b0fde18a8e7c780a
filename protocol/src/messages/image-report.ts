// Messages of a VM that builds an image, to the events topic. Cumulative, as those of runs are (report.ts).
import * as z from 'zod/mini';
import { isRunId } from '../naming/run-id';
import { failureInReport, reportFields, timeInReport } from './report-fields';

export const BUILD_PHASES = ['boot', 'setup', 'scrub'] as const;
export type BuildPhase = (typeof BUILD_PHASES)[number];

export const imageReportState = z.strictObject({
  phase: z.enum(BUILD_PHASES),
  /** When each phase began. */
  phases: z.partialRecord(z.enum(BUILD_PHASES), timeInReport),
  failure: z.optional(failureInReport),
  /** Keys, logs and identities are off the disk: it may become an image once the VM is off. */
  scrubbed: z.optional(z.boolean()),
  /** Written by shutdown.sh: the VM is going down. */
  stopping: z.optional(z.strictObject({ preempted: z.boolean(), at: timeInReport })),
});
export type ImageReportState = z.infer<typeof imageReportState>;

export const imageReport = z.strictObject({
  ...reportFields,
  build: z.string().check(z.refine(isRunId)),
  state: imageReportState,
});
export type ImageReport = z.infer<typeof imageReport>;
