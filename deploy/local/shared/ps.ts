// ps(1), for systems that have no /proc. Everywhere in C and UTC: what it says is kept and compared later, when the
// machine may be in another time zone.
import { execFileSync } from 'node:child_process';

export interface PsProcess {
  pid: number;
  parent: number;
  group: number;
  zombie: boolean;
  /** When it started. */
  started: string;
  /** Its arguments and, where this user may see it, its environment. */
  command: string;
}

/** When process `pid` started; null for one that is gone or a zombie. */
export function startByPs(pid: number, env: NodeJS.ProcessEnv = process.env): string | null {
  try {
    const said = ps(['-o', 'state=,lstart=', '-p', String(pid)], env);
    const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(said) ?? [];
    return started === undefined || state?.startsWith('Z') ? null : started;
  } catch {
    return null;
  }
}

/** Every process of this machine, as BSD's ps tells it (-E: with the environment). */
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

/** Throws where ps fails, as it does when it selects nothing. */
function ps(args: string[], env: NodeJS.ProcessEnv): string {
  return execFileSync('ps', args, {
    encoding: 'utf8',
    env: { ...env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
}
