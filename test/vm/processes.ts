// What still runs: read off Linux's /proc. A zombie that no init reaps has ended all the same.
import { readdirSync, readFileSync } from 'node:fs';

/** Whether the process of this id, as text, runs. */
export function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits for the processes of a group to go: a killed process is gone a moment after its killer. */
export async function expectNothingLeft(group: number | undefined): Promise<void> {
  const endsMs = performance.now() + 5000;
  while (leftOf(group).length > 0 && performance.now() < endsMs) await new Promise((done) => setTimeout(done, 20));
  expect(leftOf(group)).toEqual([]);
}

function leftOf(group = 0): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && processGroup(name) === group && isRunning(name))
    .map((pid) => `process ${pid}`);
}

function processGroup(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
  } catch {
    return 0;
  }
}
