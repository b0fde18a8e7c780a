// The name of a new project's output repository on this computer: readable, and no other project's.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CONFIG_FILE } from '../config/project-config';
import { makeFolders } from '../files/make-folders';

/** In letters; with `.git` and a number a file system takes it, whatever the letters are. */
const LONGEST = 50;

/** As `output_repository.url` of the template has them, in the state folder. */
const REPOSITORIES = 'repositories';
/** Here each name that was given holds its project folder: the repository itself is made by the first commit. */
const NAMES = 'repository-names';

/**
 * The folder's name, or with a number behind it: one that no other project has. `stateFolder` need not exist. Asked again
 * for the same folder, the same.
 */
export function chooseRepositoryName(folder: string, stateFolder: string): string {
  const wanted = readableName(basename(folder));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (isFree(name, folder, stateFolder)) {
      remember(name, folder, stateFolder);
      return name;
    }
  }
}

/**
 * Puts a dash for characters that YAML, git or a shell might misread, and takes accents off Latin letters. Letters of
 * other alphabets stay.
 */
export function readableName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
  const short = Array.from(plain.replaceAll(/^[-.]+/g, ''))
    .slice(0, LONGEST)
    .join('');
  return short.replaceAll(/-+$/g, '') || 'project';
}

/** A name whose project is gone is free again, unless results lie under it. */
function isFree(name: string, folder: string, stateFolder: string): boolean {
  const owner = readIfAny(join(stateFolder, NAMES, name));
  if (owner === folder) return true;
  if (existsSync(join(stateFolder, REPOSITORIES, `${name}.git`))) return false;
  return owner === undefined || !existsSync(join(owner, CONFIG_FILE));
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** A state folder that cannot be written remembers nothing, and takes no run either. */
function remember(name: string, folder: string, stateFolder: string): void {
  const file = join(stateFolder, NAMES, name);
  try {
    makeFolders(dirname(file), 0o700);
    writeFileSync(file, folder, { mode: 0o600 });
  } catch {
    // The first commit says what is wrong with it.
  }
}
