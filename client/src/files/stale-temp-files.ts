// Temporary files and folders of programs that were killed. Their names say which process created them.
import { createHash } from 'node:crypto';
import { type Stats, readlinkSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../core/is-alive';

/** How the names begin; no other program uses these. */
export type Kind = 'mymlops-temp' | 'mymlops-part';

/** The beginning of a name for this process. The caller must append letters or digits, or the file is never removed. */
export const tempName = (kind: Kind, pid: number = process.pid): string => `${kind}-${placeOfPids()}-${pid}-`;

/**
 * Removes files and folders from `folder` that processes of this user created under `tempName` before they died, if
 * `isOurs` agrees. Never fails: the next program tries again.
 */
export async function removeStaleTempFiles(
  folder: string,
  kind: Kind,
  isOurs: (stats: Stats) => boolean,
  user: number | undefined = process.getuid?.(),
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((candidate) => isOfTheDead(candidate, kind))) {
    const path = join(folder, name);
    const stats = await lstat(path).catch(() => undefined);
    const isTheUsers = stats && (user === undefined || stats.uid === user); // Windows has no user ids
    if (isTheUsers && isOurs(stats)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isOfTheDead(name: string, kind: Kind): boolean {
  if (!name.startsWith(kind)) return false;
  const [, place, pid] = /^-([0-9a-f]{8})-(\d{1,10})-[A-Za-z0-9]+$/.exec(name.slice(kind.length)) ?? [];
  return place === placeOfPids() && !isAlive(Number(pid));
}

/** Computers and containers that share a folder each have process ids of their own. */
function placeOfPids(): string {
  return createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8);
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // only Linux has namespaces
  }
}
