// Notes the files that pulls wrote into a folder before their run was over. The run still changed its files, and only
// these notes tell an older state of a file from one that somebody has worked on. Kept in the state folder, as the
// folder may be anywhere, and forgotten when the run has ended: the results are final then.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../files/make-folders';

export interface EarlierPulls {
  wrote(path: string, sha256: string): boolean;
  /** All that they wrote. */
  paths(): string[];
  /** For a file that is about to take its place. Never fails: the next pull asks for --force. */
  add(path: string, sha256: string): void;
  forget(): void;
}

/** `folder` is absolute. */
export function openEarlierPulls(stateFolder: string, { run, folder }: { run: string; folder: string }): EarlierPulls {
  const name = createHash('sha256').update(`${run} ${folder}`).digest('hex').slice(0, 20);
  const file = join(stateFolder, 'pulls', name);
  const known = readKnown(file);
  return {
    wrote: (path, sha256) => known.get(path)?.has(sha256) ?? false,
    paths: () => [...known.keys()],
    add(path, sha256) {
      const line = `${JSON.stringify([path, sha256])}\n`;
      try {
        makeFolders(dirname(file), 0o700);
        appendFileSync(file, line, { mode: 0o600 });
      } catch {
        // A state folder that cannot be written: for runs on Google it is not needed.
      }
    },
    forget() {
      try {
        rmSync(file, { force: true });
      } catch {
        // The same.
      }
    },
  };
}

/** Contents by path, each as its sha256: a pull that was killed may have noted one that never took its place. */
function readKnown(file: string): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const line of linesOf(file)) {
    const [path, sha256] = parse(line);
    if (path === undefined || sha256 === undefined) continue;
    known.set(path, (known.get(path) ?? new Set()).add(sha256));
  }
  return known;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Nothing for a line that was not written to its end. */
function parse(line: string): [] | [path: string, sha256: string] {
  try {
    return JSON.parse(line) as [string, string];
  } catch {
    return [];
  }
}
