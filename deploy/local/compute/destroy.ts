// The end of all VMs of a folder that no local cloud has, whether or not its records can be read. Nothing is started for it.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../shared/log';
import type { Machine } from './records';
import { removeFolder } from './remove-folder';
import { openStore } from './store';
import { vmsFolderOf } from './vm-folders';
import { powerOff } from './vm-process';

/** Kills all that runs in the VMs whose state is in `folder`, and removes their folders; their records stay. */
export async function destroyVms(folder: string, log: Log): Promise<void> {
  const machines = machinesIn(folder, log);
  const path = vmsFolderOf(folder);
  const named = existsSync(path) ? readdirSync(path) : [];
  await Promise.all(
    [...new Set([...machines.keys(), ...named])].map(async (vmId) => {
      const left = await powerOff({ vmId, folder: join(path, vmId), machine: machines.get(vmId) });
      if (left.length > 0) log('ERROR', 'processes outlive their VM', { vm: vmId, pids: left.join(' ') });
      await removeFolder(join(path, vmId));
    }),
  );
}

/** By VM. None where the records cannot be read: the marks and the folders of the VMs tell nearly as much. */
function machinesIn(folder: string, log: Log): Map<string, Machine | undefined> {
  try {
    const store = openStore(folder, log);
    store.close();
    return new Map([...store.vms.values()].map(({ id, machine }) => [id, machine]));
  } catch (error) {
    log('WARNING', 'records of VMs not read', { cause: String(error) });
    return new Map();
  }
}
