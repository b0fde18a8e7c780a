// One process per state folder. A claim is an empty file named by its process' identity: whoever sees, after making its
// own, no claim of another running process is the owner. Of two at once the later one sees the earlier: never are both
// owners. A claim whose process is gone, however it went, counts for nothing.
import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isRunning, pidOf } from '../shared/process-identity';

export const CLAIMS_FOLDER = 'owners';

export interface Ownership {
  release(): void;
}

export type Claim = { ownership: Ownership } | { ownerPids: number[] };

/**
 * Tries once to become the owner of `folder`. Where two try in the same moment both may be refused, and one that tries
 * while another leaves is, with no pids: try again after a random pause.
 */
export function claimFolder(folder: string): Claim {
  const claims = join(folder, CLAIMS_FOLDER);
  const own = identityOf(process.pid);
  if (own === null) throw new Error('this system does not tell when a process started');
  if (!makeClaim(claims, own)) return { ownerPids: [] };

  const release = (): void => {
    rmSync(join(claims, own), { force: true });
    try {
      rmdirSync(claims);
    } catch {
      // Somebody else claims already.
    }
  };
  const others = readdirSync(claims).filter((name) => name !== own);
  const running = others.filter(isRunning);
  if (running.length === 0) {
    for (const gone of others) rmSync(join(claims, gone), { force: true });
    return { ownership: { release } };
  }
  rmSync(join(claims, own), { force: true });
  return { ownerPids: running.map(pidOf).filter((pid) => pid !== null) };
}

/** False where another process, leaving, removed the folder of claims just before ours was in it. */
function makeClaim(claims: string, own: string): boolean {
  try {
    mkdirSync(claims, { recursive: true, mode: 0o700 });
    writeFileSync(join(claims, own), '', { mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
