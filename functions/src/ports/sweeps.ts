// Firestore: what sweeps report, to the next one and to whoever asked.
import type { SweepPlan, SweepReport } from '@mymlops/protocol';

export interface Sweeps {
  last(): Promise<SweepReport | undefined>;
  /** Overwrites `sweeps/last`; `isKept`: and adds a dated one. */
  write(report: SweepReport, isKept: boolean): Promise<void>;
  /** To whoever asked for a sweep or for a plan. */
  writeAnswer(id: string, answer: SweepReport | SweepPlan): Promise<void>;
}
