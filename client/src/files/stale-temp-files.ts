// What a program that was killed left behind: temporary files and folders whose names say which process made them.
import { createHash } from 'node:crypto';
import { type Stats, readlinkSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../local/is-alive';

/** What a name begins with, and nobody else's does. */
export type Kind = 'mymlops-temp' | 'mymlops-part';

/** A name of this process that more letters are to follow: without them it is not one that is ever removed. */
export const tempName = (kind: Kind, pid: number = process.pid): string => `${kind}-${placeOfPids()}-${pid}-`;

/**
 * Removes from `folder` what dead processes of this user made there under `temporaryName`, where `isOurs` of it as well.
 * Never fails: the next one tries again.
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
    const isTheUsers = stats && (user === undefined || stats.uid === user); // Windows has no such numbers
    if (isTheUsers && isOurs(stats)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isOfTheDead(name: string, kind: Kind): boolean {
  if (!name.startsWith(kind)) return false;
  const [, place, pid] = /^-([0-9a-f]{8})-(\d{1,10})-[A-Za-z0-9]+$/.exec(name.slice(kind.length)) ?? [];
  return place === placeOfPids() && !isAlive(Number(pid));
}

/** Computers and containers that share a folder count their processes each for itself. */
function placeOfPids(): string {
  return createHash('sha256').update(`${hostname()} ${pidNamespace()}`).digest('hex').slice(0, 8);
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // only Linux has them
  }
}
