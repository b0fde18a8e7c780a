// How long a VM that works for one command may live at most: the sum of what each part of its work may take. Pure.
import { FIRST_REPORT_SECONDS } from '../vm/liveness';

/** Seconds for `ready_command`, at most: the agent gives up then. */
export const READY_SECONDS = 300;
/** Seconds for `setup`, at most: it has its own time, so that a slow one does not eat the notebook's. */
export const SETUP_SECONDS = 1800;
/** Seconds for the secrets of `setup`, and again for those of the command, at most: Secret Manager may be away. */
export const SECRET_SECONDS = 120;
/** Seconds after setup, and again after the command, at most: its output is still searched for the values. */
export const MASK_SECONDS = 60;
/**
 * Seconds after the command, at most: its end, uploads and outcome that wait for a bucket that is away, the wait for the run's
 * result, and the push. The agent's limits for these are in functions/vm/run/00-start.sh, and a test adds them up.
 */
const PUBLISH_SECONDS = 3300;

export interface Work {
  setup?: string;
  /** The user's, or that of VMs with a GPU. */
  readyCommand?: string;
  secrets?: readonly string[];
  setupSecrets?: readonly string[];
  /** Seconds for the command. */
  maxRunSeconds: number;
  /** Seconds for which the VM stays afterwards. */
  keepSeconds: number;
}

/** Google ends the VM after this, whatever becomes of us. */
export function maxRunDurationSeconds(work: Work): number {
  const { setup, readyCommand, secrets, setupSecrets, maxRunSeconds, keepSeconds } = work;
  const setupSeconds = setup === undefined ? 0 : SETUP_SECONDS;
  const readySeconds = readyCommand === undefined ? 0 : READY_SECONDS;
  const secretSeconds =
    [secrets, setupSecrets].filter((names) => names !== undefined).length * (SECRET_SECONDS + MASK_SECONDS);
  return (
    FIRST_REPORT_SECONDS + readySeconds + setupSeconds + secretSeconds + maxRunSeconds + PUBLISH_SECONDS + keepSeconds
  );
}
