// Notices that the state folder was removed, or that another process has it. Nobody could stop this process any more, or see
// what it runs.
import type { Clock } from '../shared/clock';
import type { Lock } from '../state/lock';

const PERIOD_MS = 1000;

/** Calls `onLost` once, within a second. */
export function watchLock({ isOurs }: Pick<Lock, 'isOurs'>, clock: Clock, onLost: () => void): void {
  clock.after(PERIOD_MS, () => {
    if (isOurs()) watchLock({ isOurs }, clock, onLost);
    else onLost();
  });
}
