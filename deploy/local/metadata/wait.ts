// wait_for_change: a request that is answered when what it asks for changes.
import type { Clock } from '../shared/clock';

export interface Answer {
  body: string;
  type: string;
  etag: string;
}

export interface WaitOptions {
  lastEtag?: string;
  timeoutSeconds?: number;
  /** Called with a function that ends the wait: the caller has gone. */
  onAbandon(abandon: () => void): void;
}

export interface Waiting {
  /** Something in the tree has changed: every waiting request looks again, in this turn. */
  changed(): void;
  /**
   * What `read` gives once it differs from `lastEtag`, or from what it is now; after the time limit what it is then. Null is a
   * path that does not exist, and that is waited for too.
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
