// Chooses a readable name for a new project's output repository on this computer, which no other project uses.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CONFIG_FILE } from '../config/project-config';
import { makeFolders } from '../files/make-folders';

/** In letters. File systems accept it with a number and `.git` appended, whatever the letters are. */
const LONGEST = 50;

/** Folder inside the state folder, as in `output_repository.url` of the template. */
const REPOSITORIES = 'repositories';
/** Holds a file for each name in use, with the path of its project. The first commit creates the repository itself. */
const NAMES = 'repository-names';

/**
 * The folder's name, with a number appended if another project has it. Returns the same name again for the same folder.
 * `stateFolder` need not exist.
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
 * Replaces characters that YAML, git or a shell might misread by a dash, and removes accents from Latin letters. Letters of
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

/** A name whose project is gone is free again, unless its repository exists. */
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

/** If the state folder cannot be written, the name is not remembered; no run could start there either. */
function remember(name: string, folder: string, stateFolder: string): void {
  const file = join(stateFolder, NAMES, name);
  try {
    makeFolders(dirname(file), 0o700);
    writeFileSync(file, folder, { mode: 0o600 });
  } catch {
    // The first commit reports what is wrong with the state folder.
  }
}
