// The processes of this computer, as far as needed to find all that belong to a VM.
import { readdirSync } from 'node:fs';
import { psProcesses, startByPs } from '../shared/ps';
import { currentBoot, type Process, readEnviron, readProc, realPathOf, standsIn } from '../shared/proc';
import type { MainProcess } from './records';
import { homeOf, temporaryFolderOf } from './temporary-folder';

/** Environment variable that every process of a VM carries; its value is `markOf` the VM. */
export const VM_MARK = 'MYMLOPS_VM';

/** A copy of the folder has VMs with the same ids, but nothing of them runs. */
export const markOf = (vmId: string, folderId: string): string => `${vmId}@${folderId}`;

/** How the processes of a VM are recognized. */
export interface VmTraces {
  vmId: string;
  /** Identity of the folder with the records. */
  folderId: string;
  /** The VM's own folder. */
  folder: string;
  mainProcess: MainProcess | undefined;
}

const onLinux = process.platform === 'linux';

/** Boot and start time of process `pid`, also of a zombie; null if it does not exist. */
export function startOf(pid: number): string | null {
  return onLinux ? (readProc(pid)?.identity ?? null) : startByPs(pid);
}

/**
 * The main process in a record, unless the record is a copy. That of an earlier version does not say so: it counts where the
 * process has its home in this folder.
 */
export function ownMainProcess(
  mainProcess: MainProcess | undefined,
  { folder, folderId }: Pick<VmTraces, 'folder' | 'folderId'>,
): MainProcess | undefined {
  if (mainProcess === undefined) return undefined;
  const isOwn =
    mainProcess.folderId === undefined ? hasHomeIn(mainProcess.pid, folder) : mainProcess.folderId === folderId;
  return isOwn ? mainProcess : undefined;
}

function hasHomeIn(pid: number, folder: string): boolean {
  const home = `HOME=${homeOf(folder)}`;
  if (onLinux) return `\0${readEnviron(pid)}`.includes(`\0${home}\0`);
  return psProcesses().some((each) => each.pid === pid && ` ${each.command} `.includes(` ${home} `));
}

/** Whether exactly this process still runs. One that ended and waits for its parent to notice does not. */
export function isMainProcessAlive(mainProcess: MainProcess): boolean {
  if (!onLinux) return startOf(mainProcess.pid) === mainProcess.identity;
  const found = readProc(mainProcess.pid);
  return found !== null && !found.zombie && found.identity === mainProcess.identity;
}

/**
 * Ids of all processes of a VM: those that carry its mark; those in the session of its main process (a program may have been
 * started with an empty environment); on Linux those whose working folder or standard streams are in its folder (and that are in
 * a session of their own, with their parent gone); and the children of all these.
 */
export function processesOf({ vmId, folderId, folder, mainProcess }: VmTraces): number[] {
  const isEarlier = mainProcess !== undefined && mainProcess.folderId === undefined;
  const mark = `${VM_MARK}=${isEarlier ? vmId : markOf(vmId, folderId)}`;
  const found = new Map(processes(mark, folder).map((each) => [each.pid, each]));
  const leader = mainProcess && found.get(mainProcess.pid);
  // A pid is not used again while a session of that number has members: without its leader the session is still the VM's.
  const sameBoot = !onLinux || mainProcess?.identity.startsWith(`${currentBoot()} `);
  const group =
    mainProcess && sameBoot && (!leader || leader.identity === mainProcess.identity) ? mainProcess.pid : null;
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
    // A process of a VM has no terminal; a user's shell in the VM's folder has one.
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
