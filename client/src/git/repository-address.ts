// The address of a repository as git reads it: a path of this machine, or another machine's.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { homeFolder } from '../files/home-folder';

/** What a VM's git and ours may speak. */
const PROTOCOLS = ['https', 'ssh', 'git+ssh', 'ssh+git', 'file'];

/** Absolute path for a path or file: URL; null for an address of another machine. Throws ExpectedError for neither. */
export function localPath(url: string, base: string, env: Environment): string | null {
  const protocol = /^([a-z][a-z0-9+.-]*):(?:\/\/|:)/i.exec(url)?.[1]?.toLowerCase();
  if (url.startsWith('-') || (protocol !== undefined && !PROTOCOLS.includes(protocol))) {
    throw new ExpectedError(
      `${url} is no address that results can be pushed to. Give an https or ssh address, or a path.`,
    );
  }
  if (/^file:/i.test(url)) return pathOfUrl(url);
  if (url.startsWith('~/')) return join(homeFolder(env), url.slice(2));
  // `host:path` is ssh's short form, as git reads it: a colon before the first slash.
  return /^[^/]*:/.test(url) ? null : resolve(base, url);
}

function pathOfUrl(url: string): string {
  try {
    const path = fileURLToPath(url);
    if (!path.includes('\0')) return path;
  } catch {
    // An address of another machine, or an escape that no path can hold.
  }
  throw new ExpectedError(`${url} names no file of this machine. Give its path.`);
}
