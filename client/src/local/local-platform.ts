// Where this machine can be the cloud.
import { ExpectedError } from '../core/errors';

/** Throws ExpectedError on Windows: machines of the local cloud are bash, process groups and POSIX tools. */
export function requireLocalPlatform(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new ExpectedError('project: local needs WSL on Windows: run this inside WSL, or give --project ID.');
}
