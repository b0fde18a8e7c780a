// Which process a pid means: the system reuses a pid one day, but never a pid together with its start time.
import { readProc } from './proc';
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

function startOnLinux(pid: number): string | null {
  const found = readProc(pid);
  if (found === null || found.zombie) return null;
  // Earlier versions put the boot last, and a process of theirs may hold a lock.
  const [boot, started] = found.identity.split(' ');
  return `${started} ${boot}`;
}
