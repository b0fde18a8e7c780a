// Which process a pid means: the system reuses a pid one day, but never a pid together with its start time.
import { readFileSync } from 'node:fs';
import { startByPs } from './ps';

/** `<pid>.<start time>` of a running process, usable as a file name; null for one that is gone or a zombie. */
export function identityOf(pid: number): string | null {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return started === null ? null : `${pid}.${started.replace(/[^A-Za-z0-9]+/g, '-')}`;
}

/** The pid in an identity, or null where the text is not an identity. */
export function pidOf(identity: string): number | null {
  const pid = /^([1-9]\d*)\./.exec(identity)?.[1];
  return pid === undefined ? null : Number(pid);
}

export function isRunning(identity: string): boolean {
  const pid = pidOf(identity);
  return pid !== null && identityOf(pid) === identity;
}

// proc(5): the command's name may contain anything. After it come the state and, 19 fields on, the start in clock ticks.
const STATE = 0;
const START_TICKS = 19;

function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (/[ZX]/.test(fields[STATE] ?? 'X')) return null;
    return `${fields[START_TICKS]}-${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return null;
  }
}
