// What a real VM asked of the bucket, to be held against the traces that the simulation's model of the agent is held to.
import { TRACES, traceOf } from '../vm/traces';
import type { Network } from './network';

/**
 * Claim, fence and outcome, in order. How often the fence is looked at in a row is left out: the side loop looks as well, and a VM
 * in software emulation gives it time to.
 */
export function bucketTrace({ calls }: Network, run: string, attempt: number): string[] {
  const prefix = `runs/${run}/attempts/${attempt}/`;
  const ofAttempt = calls.flatMap(({ service, method, path }) => {
    if (service !== 'storage') return [];
    const { pathname, searchParams } = new URL(path, 'http://x');
    const [, inPath = ''] = /\/o\/(.*)$/.exec(pathname) ?? [];
    const name = searchParams.get('name') ?? decodeURIComponent(inPath);
    return name.startsWith(prefix) ? [`${method} ${name}`] : [];
  });
  return withoutRepeats(traceOf(ofAttempt, []).bucket);
}

/** The calls of a recorded trace, in the same form. */
export const recordedTrace = (story: keyof typeof TRACES): string[] => withoutRepeats(TRACES[story].bucket);

const withoutRepeats = (calls: readonly string[]): string[] =>
  calls.filter((call, index) => call !== 'look fenced' || calls[index - 1] !== call);
