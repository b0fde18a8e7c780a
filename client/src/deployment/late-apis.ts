// APIs that were enabled a moment ago: Google may call them off for some minutes more ("wait a few minutes for the action to
// propagate", in the refusal's own words). The calls that meet such a refusal are made again.
import type { Refusal } from '../google/administration';
import { serviceOff } from './project-refusals';

export interface LateApis {
  /** These were just enabled. */
  expect(apis: readonly string[]): void;
  /** Resolves after a pause to whether the refused call is to be made again. For `openAdministration`. */
  mayPass(refusal: Refusal): Promise<boolean>;
}

export interface LateApisOptions {
  say(line: string): void;
  sleep(ms: number): Promise<unknown>;
  /** Milliseconds of a clock. */
  now?: () => number;
}

const PAUSE_MS = 5_000;
const PATIENCE_MS = 300_000;

export function openLateApis({ say, sleep, now = () => performance.now() }: LateApisOptions): LateApis {
  const endsMs = new Map<string, number>();
  const said = new Set<string>();
  return {
    expect(apis) {
      for (const api of apis) endsMs.set(api, now() + PATIENCE_MS);
    },
    async mayPass(refusal) {
      const api = serviceOff(refusal);
      if (api === undefined || now() >= (endsMs.get(api) ?? -Infinity)) return false;
      if (!said.has(api)) say(`Waiting until all of Google knows that ${api} is on.`);
      said.add(api);
      await sleep(PAUSE_MS);
      return true;
    },
  };
}
