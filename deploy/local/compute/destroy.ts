// Ends all VMs of a state folder that no local cloud uses, whether or not its records can be read. It starts no service.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import type { MainProcess } from './records';
import { removeFolder } from './remove-folder';
import { identityOfFolder } from '../state/identity-of-folder';
import { openComputeStore } from './store';
import { removeTemporaryFolder } from './temporary-folder';
import { vmsFolderOf } from './vms-folder';
import { powerOff } from './vm-process';

/** Kills all that runs in the VMs whose state is in `folder`, and removes their folders; their records stay. */
export async function destroyVms(folder: string, log: Log): Promise<void> {
  const mainProcesses = mainProcessesIn(folder, log);
  const path = vmsFolderOf(folder);
  const folderId = existsSync(folder) ? identityOfFolder(folder) : '';
  const named = existsSync(path) ? readdirSync(path) : [];
  await Promise.all(
    [...new Set([...mainProcesses.keys(), ...named])].map(async (vmId) => {
      const left = await powerOff({ vmId, folderId, folder: join(path, vmId), mainProcess: mainProcesses.get(vmId) });
      if (left.length > 0) log('ERROR', 'processes outlive their VM', { vm: vmId, pids: left.join(' ') });
      await removeTemporaryFolder(join(path, vmId));
      await removeFolder(join(path, vmId));
    }),
  );
}

/** By VM id; empty where the records cannot be read. Marks and folders find nearly all processes without them. */
function mainProcessesIn(folder: string, log: Log): Map<string, MainProcess | undefined> {
  try {
    const store = openComputeStore(folder, log);
    store.close();
    return new Map([...store.vms.values()].map(({ id, mainProcess }) => [id, mainProcess]));
  } catch (error) {
    log('WARNING', 'records of VMs not read', { cause: String(error) });
    return new Map();
  }
}
