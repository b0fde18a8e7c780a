// One VM's try at a run.
import type { ReportState } from '../messages/report';
import type { Reason } from '../reasons';
import type { SeenDown, VmRecord } from './vm';

export interface Attempt {
  /** It has one period. */
  vm: VmRecord<ReportState>;
  /** Manifest of the checkpoint that the command begins with. */
  checkpoint?: string;
  /** outcome.json as far as decisions need it. */
  outcome?: AttemptOutcome;
  /** There was no outcome.json that could be read; where the attempt is fenced, there never will be. */
  outcomeAbsentAt?: string;
  /** outcome.json is there and is not what it should be. */
  outcomeDefect?: string;
  /** The files for the git publication are in the bucket, and the VM, if it still existed, has the order to push. */
  resultSentAt?: string;
  /**
   * Decision: this attempt is not the last. Interrupted, lost, or without capacity; another may follow. `cause` as it was known
   * then: after that it is mymlops that deletes the VM.
   */
  givenUp?: { at: string; reason: Reason; message: string; cause?: SeenDown['cause'] };
}

export interface AttemptOutcome {
  startedAt: string;
  finishedAt: string;
  /** Older agents did not say it. */
  savedAt?: string;
  exit?: number;
  timedOut: boolean;
  failure?: { reason: Reason; message: string };
  /** The last line of a command that failed. */
  lastLine?: string;
  /** Result files that could not be uploaded. */
  missing: number;
  /** The first of them, with their causes, and how many are named. */
  missingNames?: { text: string; named: number };
}

/** Counts of the attempts without a VM that have left the run's document, by zone and reason. */
export interface AttemptArchive {
  archived: number;
  zones: Record<string, Partial<Record<Reason, number>>>;
}
