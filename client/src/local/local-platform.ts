// Checks whether this computer can be the cloud.
import { ExpectedError } from '../core/errors';

/** Throws ExpectedError on Windows: VMs of the local cloud need bash, process groups and POSIX tools. */
export function requireLocalPlatform(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new ExpectedError('On Windows, runs on this computer need WSL. Run this inside WSL, or give --project ID.');
}
