// ps(1), for systems without /proc. Always in locale C and UTC: its output is stored and compared later, when the computer
// may be in another time zone.
import { execFileSync } from 'node:child_process';

export interface PsProcess {
  pid: number;
  parent: number;
  group: number;
  zombie: boolean;
  /** Start time. */
  started: string;
  /** Arguments and, where this user may read it, the environment. */
  command: string;
}

/** The start time of process `pid`; null for one that is gone or a zombie. */
export function startByPs(pid: number, env: NodeJS.ProcessEnv = process.env): string | null {
  try {
    const said = ps(['-o', 'state=,lstart=', '-p', String(pid)], env);
    const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(said) ?? [];
    return started === undefined || state?.startsWith('Z') ? null : started;
  } catch {
    return null;
  }
}

/** Every process of this computer, as BSD's ps lists it (-E: with the environment). */
export function psProcesses(): PsProcess[] {
  return parsePs(ps(['-axEww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], process.env));
}

export function parsePs(text: string): PsProcess[] {
  return text.split('\n').flatMap((line) => {
    // lstart is five words: Fri Nov 20 10:00:00 2026
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, group, state, started = '', command = ''] = match;
    const zombie = state?.startsWith('Z') === true;
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), zombie, started, command }];
  });
}

/** Throws where ps fails; it also fails when it selects no process. */
function ps(args: string[], env: NodeJS.ProcessEnv): string {
  return execFileSync('ps', args, {
    encoding: 'utf8',
    env: { ...env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
}
