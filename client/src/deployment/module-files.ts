// The Terraform module and the functions of this package, in a folder that a root names.
import { cpSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { oldestPartner, VERSION } from '@mymlops/protocol';

/** In the repository and in the package, relative to the local cloud's program. */
const PARTS = '../../../client/dist/gcp';
const ZIP = '../../../functions/dist/functions.zip';

export const VERSION_FILE = 'version.json';
/** The module, in the folder. */
export const MODULE_PATH = 'deploy/gcp/modules/mymlops';
/** The functions' source, in the folder. */
export const ZIP_NAME = 'functions.zip';

/** Writes into `folder`, which is new. */
export function writeModuleFiles(folder: string, localCloudProgram: string): void {
  const here = dirname(localCloudProgram);
  cpSync(join(here, PARTS), folder, { recursive: true });
  cpSync(join(here, ZIP), join(folder, ZIP_NAME));
  const version = { version: VERSION, oldestClient: oldestPartner(VERSION) };
  writeFileSync(join(folder, VERSION_FILE), `${JSON.stringify(version, null, 2)}\n`);
}
