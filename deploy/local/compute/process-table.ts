// The processes of this machine, as far as needed to find all that belong to a VM.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { psProcesses, startByPs } from '../ps';
import type { Machine } from './records';
import { temporaryFolderOf } from './temporary-folder';

/** Environment variable that every process of a VM carries. */
export const VM_MARK = 'MYMLOPS_VM';

/** What the processes of a VM are known by. */
export interface VmTraces {
  vmId: string;
  /** The VM's own folder. */
  folder: string;
  machine: Machine | undefined;
}

interface Process {
  pid: number;
  parent: number;
  /** Session on Linux, process group elsewhere: both are the machine's pid for what it started and did not detach. */
  group: number;
  zombie: boolean;
  /** Boot and start time: with the pid, this names a process for good. */
  identity: string;
}

const onLinux = process.platform === 'linux';
let bootId: string | undefined;

/** What identifies process `pid`, or null when there is none. */
export function identityOf(pid: number): string | null {
  return onLinux ? (readProc(pid)?.identity ?? null) : startByPs(pid);
}

/** Whether exactly this process still runs. One that ended and waits for its parent to notice does not. */
export function isAlive(machine: Machine): boolean {
  if (!onLinux) return identityOf(machine.pid) === machine.identity;
  const found = readProc(machine.pid);
  return found !== null && !found.zombie && found.identity === machine.identity;
}

/**
 * Process ids of all that belongs to a VM: what carries its mark; what is in its machine's session (a program may have
 * been started with an empty environment); on Linux what stands in its folder or has an end of its standard streams there
 * (and in a session of its own, with its parent gone); and the children of those.
 */
export function processesOf({ vmId, folder, machine }: VmTraces): number[] {
  const found = new Map(processes(`${VM_MARK}=${vmId}`, folder).map((each) => [each.pid, each]));
  const leader = machine && found.get(machine.pid);
  // A process id is not given out again while a session of that number has members, so without its leader it is still ours.
  const sameBoot = !onLinux || machine?.identity.startsWith(`${currentBoot()} `);
  const group = machine && sameBoot && (!leader || leader.identity === machine.identity) ? machine.pid : null;
  const ours = new Set<number>();
  const isOurs = (each: MarkedProcess): boolean =>
    each.pid !== process.pid && (each.marked || each.group === group || ours.has(each.parent));
  for (let before = -1; before < ours.size;) {
    before = ours.size;
    for (const each of found.values()) if (isOurs(each)) ours.add(each.pid);
  }
  return [...ours].filter((pid) => found.get(pid)?.zombie === false);
}

type MarkedProcess = Process & { marked: boolean };

function processes(mark: string, folder: string): MarkedProcess[] {
  if (!onLinux) return markedByPs(mark);
  const folders = [folder, temporaryFolderOf(folder)].map(realPathOf).filter((path) => path !== null);
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.flatMap((pid) => {
    const found = readProc(pid);
    if (!found) return [];
    // A VM has no terminal; somebody's shell that looks around in its folder does.
    const marked = readEnviron(pid).includes(`${mark}\0`) || (!found.terminal && standsIn(pid, folders));
    return [{ ...found, marked }];
  });
}

/** `terminal`: whether it has one. Field numbers as in proc(5); the name in the second field may hold blanks and parentheses. */
function readProc(pid: number): (Process & { terminal: boolean }) | null {
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

function standsIn(pid: number, folders: readonly string[]): boolean {
  return TIES.some((tie) => {
    try {
      const place = `${readlinkSync(`/proc/${pid}/${tie}`)}${sep}`;
      return folders.some((folder) => place.startsWith(`${folder}${sep}`));
    } catch {
      return false; // gone meanwhile, or another user's
    }
  });
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // no folder, nobody in it
  }
}

function readEnviron(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}

/** A start time counts from the boot, so the same pid and time may come again after the next one. */
function currentBoot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

function markedByPs(mark: string): MarkedProcess[] {
  return psProcesses().map(({ started, command, ...process }) => ({
    ...process,
    identity: started,
    marked: ` ${command} `.includes(` ${mark} `),
  }));
}
