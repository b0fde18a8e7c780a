// Where the folders of VMs are, each named by the VM's id.
import { join } from 'node:path';

/** `folder`: that of the Compute stand-in. */
export const vmsFolderOf = (folder: string): string => join(folder, 'vms');
