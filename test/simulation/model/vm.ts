// A VM of a history, as Compute Engine has it.
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import type { CloudVm } from '../../../functions/src/ports/compute-view';

export interface SimulatedVm {
  key: string;
  shown: CloudVm;
  shownMs: number;
  body: InsertBody;
  metadata: Map<string, string>;
  /** How often it booted; a boot that is over does nothing more. */
  boots: number;
  isHung: boolean;
  /** The number of the start in which it was reset. */
  resetIn?: number;
  isPreempted: boolean;
  /** Its clock is ahead of the true time by this. */
  skewMs: number;
  /** Compute Engine dropped its time limit. */
  lacksTimeLimit?: boolean;
  /** No run knows of it, since when. */
  orphanMs?: number;
  /** The preemption ends the command. */
  interruptCommand?: () => void;
  /** Somebody started it in the console, or Google did so by itself. */
  isStartedByHand?: boolean;
  /** Each time that it was powered on, as Compute Engine told it. */
  starts: { at: string; isByHand: boolean }[];
  /** When somebody last changed its time limit in the console, and did not leave it any. */
  limitChangedMs?: number;
  isLimitDropped?: boolean;
  /** Somebody made it once more, after they had deleted it. */
  isAgain?: boolean;
  /** Somebody stopped it and started it again: a sweep between the two takes it for lost. */
  isRestarted?: boolean;
  /** Somebody made it of another one, labels and all: no agent runs on it. */
  isCopy?: boolean;
  /** Since when it does not carry the deployment's label any more: it works on, and is its user's. */
  takenOverMs?: number;
  /** When it sent a report that came within a minute, or saved its log. */
  heardMs: number[];
  /** Saves a last checkpoint, while the command runs. */
  keepLast?: () => void;
  /** The shutdown script, while the agent runs. */
  onShutdown?: () => void;
}
