// Firestore: what sweeps report, to the next one and to whoever asked.
import type { DeploymentCheck, FailedAnswer, GpuOffers, ImagesLook, SweepPlan, SweepReport } from '@mymlops/protocol';

export interface Sweeps {
  last(): Promise<SweepReport | undefined>;
  /** Overwrites `sweeps/last`; `isKept`: and adds a dated one. */
  write(report: SweepReport, isKept: boolean): Promise<void>;
  /** To whoever asked: for a sweep, or a question. */
  writeAnswer(id: string, answer: Answer): Promise<void>;
}

export type Answer = SweepReport | SweepPlan | GpuOffers | DeploymentCheck | ImagesLook | FailedAnswer;
