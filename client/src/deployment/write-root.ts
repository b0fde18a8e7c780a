// Writes a root for Terraform: main.tf once, and beside it, each time, the module and the functions of this package.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../core/errors';
import { MODULE_PATH, VERSION_FILE, writeModuleFiles } from './module-files';
import { rootText, type Root } from './root-text';

const OWN_FOLDER = 'mymlops';
const MAIN = 'main.tf';
const MODULE = `./${OWN_FOLDER}/${MODULE_PATH}`;

type Paths = [own: string, making: string, old: string];

/**
 * May be called twice, and when it was killed in the middle: the folder of ours is made beside the old one, which it then replaces;
 * main.tf is written last, and never again. Throws ExpectedError where the folder holds something else.
 */
export function writeRoot(folder: string, root: Root, localCloudProgram: string): { isNew: boolean } {
  const isNew = !existsSync(join(folder, MAIN));
  const [own, making, old] = ['', '.new', '.old'].map((end) => join(folder, `${OWN_FOLDER}${end}`)) as Paths;
  const isOurs = [own, old].some((path) => existsSync(join(path, VERSION_FILE)));
  const others = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(OWN_FOLDER)) : [];
  if (isNew ? others.length > 0 : !isOurs) {
    throw new ExpectedError(`${folder} has other files. Give a folder that is empty, or not there yet.`);
  }
  rmSync(making, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeModuleFiles(making, localCloudProgram);
  if (existsSync(own)) {
    rmSync(old, { recursive: true, force: true });
    renameSync(own, old);
  }
  renameSync(making, own);
  rmSync(old, { recursive: true, force: true });
  if (isNew) writeFileSync(join(folder, MAIN), rootText(root, MODULE), { flag: 'wx' });
  return { isNew };
}
