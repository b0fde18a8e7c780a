// VMs as processes whose home folder counts as their disk: images can be made of it, and VMs start with a copy.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf } from '../../../../deploy/local/compute/temporary-folder';
import { vmProcesses } from '../../../../deploy/local/compute/vm-process';
import type { VmRunner } from '../../../../deploy/local/compute/vm-runner';

export function copyingVms(): VmRunner {
  const processes = vmProcesses(process.env['PATH'] ?? '/usr/bin:/bin');
  return {
    ...processes,
    start(vm, ended) {
      const home = homeOf(vm.folder);
      if (vm.image !== undefined && !existsSync(home)) {
        mkdirSync(home, { recursive: true, mode: 0o700 });
        cpSync(join(vm.image, 'home'), home, { recursive: true });
      }
      return processes.start(vm, ended);
    },
    keepImage(folder, image) {
      cpSync(homeOf(folder), join(image, 'home'), { recursive: true });
      return Promise.resolve();
    },
  };
}
