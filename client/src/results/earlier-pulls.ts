// The memory of `overwrite-check.ts`: the files that pulls wrote before their run had ended. The run still changed its files, and only these notes
// distinguish an older state of a file from one that the user has edited. Stored in the state folder, as the target folder
// may be anywhere, and removed when the run has ended and its results are final.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../files/make-folders';

export interface EarlierPulls {
  wrote(path: string, sha256: string): boolean;
  /** All paths that they wrote. */
  paths(): string[];
  /** Called before a file is renamed to its final name. Never fails: without the note, the next pull requires --force. */
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
        // The state folder cannot be written; runs on Google do not need it.
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

/** The sha256 of contents by path. A pull that was killed may have noted a content without writing it. */
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

/** Returns nothing for an incomplete line. */
function parse(line: string): [] | [path: string, sha256: string] {
  try {
    return JSON.parse(line) as [string, string];
  } catch {
    return [];
  }
}
