// A VM as processes: its startup script in a session of its own, its shutdown script, and how all of them are killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOf, processesOf, VM_MARK, type VmTraces } from './process-table';
import { homeOf, makeTemporaryFolder, temporaryFolderOf } from './temporary-folder';
import type { VmRunner, VmToRun } from './vm-runner';

/** A VM without a startup script idles. */
const IDLE_SCRIPT = 'exec sleep 2147483647\n';
const KILL_ROUND_MS = 2;
const KILL_ROUNDS = 1500;

export interface VmFiles {
  home: string;
  temporary: string;
  serialLog: string;
  startupScript: string;
  shutdownScript: string;
}

export function vmFiles(folder: string): VmFiles {
  return {
    home: homeOf(folder),
    temporary: temporaryFolderOf(folder),
    serialLog: join(folder, 'serial.log'),
    startupScript: join(folder, 'startup-script'),
    shutdownScript: join(folder, 'shutdown-script'),
  };
}

/** VMs as processes, with this PATH. They are detached: they survive this process. */
export const vmProcesses = (path: string): VmRunner => ({
  async start(vm, ended) {
    const files = vmFiles(vm.folder);
    mkdirSync(files.home, { recursive: true, mode: 0o700 });
    makeTemporaryFolder(vm.folder);
    const child = spawnScript(vm, path, files.startupScript, vm.metadata['startup-script'] ?? IDLE_SCRIPT);
    child.once('error', () => undefined); // seen below: there is no pid
    if (child.pid === undefined) throw new Error('the startup script could not be started');
    const identity = startOf(child.pid) ?? '';
    child.once('exit', ended);
    return { pid: child.pid, identity };
  },
  shutDown(vm) {
    const script = vm.metadata['shutdown-script'];
    if (script === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const child = spawnScript(vm, path, vmFiles(vm.folder).shutdownScript, script);
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
  },
});

function spawnScript(vm: VmToRun, path: string, file: string, script: string): ChildProcess {
  const files = vmFiles(vm.folder);
  writeFileSync(file, script.trimStart(), { mode: 0o755 });
  const serialLog = openSync(files.serialLog, 'a', 0o600);
  try {
    const child = spawn('/bin/bash', [file], {
      cwd: files.home,
      env: vmEnvironment(vm, path, files),
      detached: true,
      stdio: ['ignore', serialLog, serialLog],
    });
    child.unref();
    return child;
  } finally {
    closeSync(serialLog);
  }
}

/** A VM gets only PATH of the local cloud's own environment. */
function vmEnvironment(vm: VmToRun, path: string, files: VmFiles): Record<string, string> {
  const metadataHost = `127.0.0.1:${vm.metadataPort}`;
  return {
    HOME: files.home,
    PATH: path,
    LANG: 'C.UTF-8',
    TMPDIR: files.temporary,
    USER: userInfo().username,
    GCE_METADATA_HOST: metadataHost,
    GCE_METADATA_IP: metadataHost,
    METADATA_SERVER_DETECTION: 'assume-present',
    [VM_MARK]: vm.mark,
  };
}

/**
 * Cuts the power: kills every process of the VM, however it detached. A process that another one started while the list was
 * made may be missing in it, so the second of two empty lists counts. Returns the ids of those that still run after three
 * seconds (in an uninterruptible call), normally none.
 */
export async function powerOff(vm: VmTraces, list: typeof processesOf = processesOf): Promise<number[]> {
  let emptyLists = 0;
  for (let round = 0; round < KILL_ROUNDS; round += 1) {
    const left = list(vm);
    emptyLists = left.length === 0 ? emptyLists + 1 : 0;
    if (emptyLists === 2) return [];
    left.forEach(kill);
    await delay(KILL_ROUND_MS); // real time: the kernel does not wait for a test's clock
  }
  return list(vm);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or we may not kill it (a setuid program): the next round shows which.
  }
}
