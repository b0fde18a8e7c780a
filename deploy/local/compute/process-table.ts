// The processes of this machine, as far as needed to find all that belong to a VM.
import { readdirSync } from 'node:fs';
import { psProcesses, startByPs } from '../shared/ps';
import { currentBoot, type Process, readEnviron, readProc, realPathOf, standsIn } from './proc';
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

const onLinux = process.platform === 'linux';

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

function markedByPs(mark: string): MarkedProcess[] {
  return psProcesses().map(({ started, command, ...process }) => ({
    ...process,
    identity: started,
    marked: ` ${command} `.includes(` ${mark} `),
  }));
}
