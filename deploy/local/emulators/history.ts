// Machines and history belong together: machines whose runs are in another store would look like nobody's, and be removed.
import { EMULATED, EMULATOR_VARIABLES, type Emulators } from '@mymlops/protocol';
import { StateFolderError } from '../state/state-folder';

/** For a start while VMs run. Throws StateFolderError where they were made with other emulators, or with none. */
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
    `Machines still run here whose runs are known elsewhere. To go on with them: ${fixes.join('; ')}\nTo end them and forget their runs: mymlops-client local reset`,
  );
}
