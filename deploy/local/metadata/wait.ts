// wait_for_change: a request that is answered when the value at its path changes.
import type { Clock } from '../shared/clock';

export interface Answer {
  body: string;
  type: string;
  etag: string;
}

export interface WaitOptions {
  lastEtag?: string;
  timeoutSeconds?: number;
  /** Called with a function that ends the wait, for a caller that hangs up. */
  onAbandon(abandon: () => void): void;
}

export interface Waiting {
  /** Something in the tree changed: every waiting request reads again, before this returns. */
  changed(): void;
  /**
   * The value that `read` returns once it differs from `lastEtag`, or from the current one; after the time limit the current
   * one. Null means that the path does not exist; its creation can be waited for, too.
   */
  until(read: () => Answer | null, options: WaitOptions): Promise<Answer | null>;
}

export function createWaiting(clock: Clock): Waiting {
  const looks = new Set<() => void>();
  return {
    changed: () => looks.forEach((look) => look()),
    until(read, options) {
      const first = read();
      if (first && options.lastEtag !== undefined && options.lastEtag !== first.etag) return Promise.resolve(first);
      let seen = first?.etag;
      return new Promise((resolve) => {
        const end = (answer: Answer | null): void => {
          looks.delete(look);
          timer?.cancel();
          resolve(answer);
        };
        const look = (): void => {
          const now = read();
          if (now && now.etag !== seen) end(now);
          else seen = now?.etag;
        };
        const { timeoutSeconds } = options;
        const timer = timeoutSeconds === undefined ? null : clock.after(timeoutSeconds * 1000, () => end(read()));
        looks.add(look);
        options.onAbandon(() => end(null));
      });
    },
  };
}
