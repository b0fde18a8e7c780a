// VMs and their history belong together: with another store the VMs' runs would be unknown, and the VMs deleted as orphans.
import { EMULATED, EMULATOR_VARIABLES, type Emulators } from '@mymlops/protocol';
import { StateFolderError } from '../state/state-folder';

/** Checked at a start while VMs run. Throws StateFolderError if they were created with other emulators, or with none. */
export function requireSameHistory(before: Emulators, now: Emulators): void {
  const changed = EMULATED.filter((service) => before[service] !== now[service]);
  if (changed.length === 0) return;
  const fixes = changed.map((service) => {
    const address = before[service];
    return address === undefined
      ? `unset ${EMULATOR_VARIABLES[service]}`
      : `export ${EMULATOR_VARIABLES[service]}=${address}`;
  });
  throw new StateFolderError(
    `VMs are still running whose runs are stored elsewhere. To keep them: ${fixes.join('; ')}\nTo end them and delete their runs: mymlops-client local reset`,
  );
}
