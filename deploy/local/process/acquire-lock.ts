// Becoming the one process of a state folder, or finding that another one is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ENDPOINTS_FILE, endpoints, parseJson } from '@mymlops/protocol';
import type { Ownership } from '../state/lock';
import { claimFolder } from '../state/lock';
import { checkStateFolder, StateFolderError } from '../state/state-folder';

export interface TakeOver {
  folder: string;
  /** How long to try while another process, starting or leaving, has the folder. */
  patienceMs: number;
}

/**
 * Resolves to the ownership of the folder, or to null where another process has it and is ready. Throws StateFolderError
 * where it is neither to be had nor ready in time.
 */
export async function takeOver({ folder, patienceMs }: TakeOver): Promise<Ownership | null> {
  for (const endMs = Date.now() + patienceMs; ;) {
    checkStateFolder(folder);
    const claim = claimFolder(folder);
    if ('ownership' in claim) return claim.ownership;
    if (claim.ownerPids.includes(readyPidOf(folder))) return null;
    if (Date.now() > endMs) {
      throw new StateFolderError(`process ${claim.ownerPids.join(' and ')} has ${folder} in use`);
    }
    await pause(10 + Math.random() * 30); // by chance, so that two who refused each other do not go on doing so
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
