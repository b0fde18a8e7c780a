// The address of a repository as git reads it: a path on this computer, or a remote address. One with a password is refused
// before (protocol/src/naming/repository-url.ts).
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { homeFolder } from '../files/home-folder';

/** Protocols that git may use here and on a VM. */
const PROTOCOLS = ['https', 'ssh', 'git+ssh', 'ssh+git', 'file'];

/** Absolute path for a path or file: URL; null for a remote address. Throws ExpectedError for anything else. */
export function localPath(url: string, base: string, env: Environment): string | null {
  const protocol = /^([a-z][a-z0-9+.-]*):(?:\/\/|:)/i.exec(url)?.[1]?.toLowerCase();
  if (url.startsWith('-') || (protocol !== undefined && !PROTOCOLS.includes(protocol))) {
    throw new ExpectedError(`Results cannot be pushed to ${url}. Use an https or ssh address, or a path.`);
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
    // It has another host, or an escape that no path can contain.
  }
  throw new ExpectedError(`${url} is not a path on this computer. Write the path itself.`);
}
