// Writes a root for Terraform: main.tf once, and beside it, each time, the module and the functions of this package.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { oldestPartner, VERSION } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { rootText, type Root } from './root-text';

/** In the repository and in the package, relative to the local cloud's program. */
const PARTS = '../../../client/dist/gcp';
const ZIP = '../../../functions/dist/functions.zip';

const OWN_FOLDER = 'mymlops';
const VERSION_FILE = 'version.json';
const MAIN = 'main.tf';
const MODULE = `./${OWN_FOLDER}/deploy/gcp/modules/mymlops`;

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
  const here = dirname(localCloudProgram);
  rmSync(making, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, PARTS), making, { recursive: true });
  cpSync(join(here, ZIP), join(making, 'functions.zip'));
  const version = { version: VERSION, oldestClient: oldestPartner(VERSION) };
  writeFileSync(join(making, VERSION_FILE), `${JSON.stringify(version, null, 2)}\n`);
  if (existsSync(own)) {
    rmSync(old, { recursive: true, force: true });
    renameSync(own, old);
  }
  renameSync(making, own);
  rmSync(old, { recursive: true, force: true });
  if (isNew) writeFileSync(join(folder, MAIN), rootText(root, MODULE), { flag: 'wx' });
  return { isNew };
}
