// Becomes the one process of a state folder, or finds that another process is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ENDPOINTS_FILE, endpoints, parseJson } from '@mymlops/protocol';
import { tryLock, type Lock } from '../state/lock';
import { checkStateFolder, StateFolderError } from '../state/state-folder';

/** At a start. Shorter than a client waits for it (client/src/local/local-cloud.ts): the client prints why it failed. */
export const START_PATIENCE_MS = 25_000;

export interface LockRequest {
  folder: string;
  /** How long to keep trying while another process that starts or leaves has the folder. */
  patienceMs: number;
}

/**
 * Resolves to the lock of the folder, or to null where another process has it and is ready. Throws StateFolderError where
 * that process is not ready in time.
 */
export async function acquireLock({ folder, patienceMs }: LockRequest): Promise<Lock | null> {
  for (const endMs = performance.now() + patienceMs; ;) {
    checkStateFolder(folder);
    const attempt = tryLock(folder);
    if ('lock' in attempt) return attempt.lock;
    if (attempt.ownerPids.includes(readyPidOf(folder))) return null;
    if (performance.now() > endMs) {
      throw new StateFolderError(`${folder} is in use by process ${attempt.ownerPids.join(' and ')}`);
    }
    await pause(10 + Math.random() * 30); // random, so that two which refused each other do not repeat it for ever
  }
}

/** The process that published the endpoints in `folder`; 0 for none. */
function readyPidOf(folder: string): number {
  try {
    const found = parseJson(endpoints, readFileSync(join(folder, ENDPOINTS_FILE), 'utf8'));
    return found.ok ? found.value.pid : 0;
  } catch {
    return 0;
  }
}
