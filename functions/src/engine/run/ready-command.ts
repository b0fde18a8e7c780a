// The command with which a VM is ready. Pure.
import { hasGpu, type CommitRequest } from '@mymlops/protocol';

/**
 * Right after boot a driver may still be loading, and a notebook would begin without its GPU. An image without the driver, such as
 * one whose `setup` installs it, is not waited for.
 */
const GPU_READY = 'if command -v nvidia-smi >/dev/null; then nvidia-smi; fi';

/** That of the request; else, for a VM with a GPU, its driver's. Undefined: the VM is ready at once. */
export function readyCommandOf(
  { readyCommand, machine }: Pick<CommitRequest, 'readyCommand' | 'machine'>,
  machineType: string,
): string | undefined {
  return readyCommand ?? (hasGpu(machineType, machine) ? GPU_READY : undefined);
}
