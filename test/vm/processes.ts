// What still runs: read off Linux's /proc. A zombie that no init reaps has ended nevertheless.
import { readdirSync, readFileSync } from 'node:fs';

/** Whether the process of this id, as text, runs. */
export function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when the processes of a group are gone: a killed process is gone a moment after its killer. */
export async function expectNothingLeft(group: number | undefined): Promise<void> {
  const endsMs = performance.now() + 5000;
  while (leftOf(group).length > 0 && performance.now() < endsMs) await new Promise((done) => setTimeout(done, 20));
  expect(leftOf(group)).toEqual([]);
}

function leftOf(group = 0): string[] {
  return running()
    .filter((pid) => statOf(pid)[2] === String(group))
    .map((pid) => `process ${pid}`);
}

/** Kills all that a session leader started and that made no session of its own. */
export function killSession(leader: number | undefined): void {
  if (!leader) return;
  const left = (): string[] => running().filter((each) => statOf(each)[3] === String(leader));
  for (let pids = left(); pids.length > 0; pids = left()) {
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    }
  }
}

const running = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isRunning(name));

/** The fields of proc(5)'s stat after the name: state, parent, group, session and so on. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}
