// Reads Linux's /proc about one process.
import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';

export interface Process {
  pid: number;
  parent: number;
  /** Session on Linux, process group elsewhere: the pid of the main process, for each process that did not detach from it. */
  group: number;
  zombie: boolean;
  /** Boot and start time: with the pid, this names a process for good. */
  identity: string;
}

let bootId: string | undefined;

/**
 * Null for a process that is gone. `terminal`: whether it has one. Field numbers as in proc(5); the name in the second field
 * may hold blanks and parentheses.
 */
export function readProc(pid: number): (Process & { terminal: boolean }) | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): string => fields[number - 3] ?? '';
  const zombie = field(3) === 'Z' || field(3) === 'X';
  const identity = `${currentBoot()} ${field(22)}`;
  return { pid, parent: Number(field(4)), group: Number(field(6)), zombie, terminal: field(7) !== '0', identity };
}

/** Not every open file: a browser has thousands, and somebody may have a VM's result open in a viewer. */
const TIES = ['cwd', 'fd/0', 'fd/1', 'fd/2'];

/** Whether the process has its working folder, or an end of its standard streams, below one of these (real) paths. */
export function standsIn(pid: number, folders: readonly string[]): boolean {
  return TIES.some((tie) => {
    try {
      const place = `${readlinkSync(`/proc/${pid}/${tie}`)}${sep}`;
      return folders.some((folder) => place.startsWith(`${folder}${sep}`));
    } catch {
      return false; // gone meanwhile, or another user's
    }
  });
}

/** Without links; null if nothing exists there. */
export function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // no folder, nobody in it
  }
}

/** `NAME=value` entries, each with a zero at its end. */
export function readEnviron(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}

/** A start time counts from the boot, so the same pid and time may come again after the next one. */
export function currentBoot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}
