// Writes a new project's files. The runner and its configuration come from examples/quickstart, which is tested; the build
// copies them beside the client.
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_FILE, findConfigFile, refuseMisnamed } from '../config/project-config';
import { ExpectedError } from '../core/errors';
import { makeFolders } from '../files/make-folders';
import { isOfEarlierClient } from './earlier-runners';
import { withIgnoreLines } from './ignore-lines';
import { refuseLinkedIgnore, refuseObstacles, refuseOther, requireWritable } from './obstacles';
import { chooseRepositoryName } from './repository-name';
import { RUNNER, chooseRunner } from './runner';

export const SAMPLE_NOTEBOOK = 'notebooks/hello.ipynb';

const EXAMPLE_REPOSITORY = 'repositories/quickstart.git';

/** Path of the JSON Schema in a project that has the client among its packages. */
const SCHEMA_IN_PACKAGE = 'node_modules/mymlops-client/packaged/client/dist/mymlops.schema.json';

/** The runner uses it if neither papermill nor nbconvert is installed. */
const FALLBACK = 'run_notebook.py';
/** Chooses the kernel and sets the parameters. */
const PREPARATION = 'prepare_notebook.py';
const IGNORE_FILE = '.gitignore';

const filesWith = (runner: string) => [
  { path: CONFIG_FILE, template: 'mymlops.yml', mode: 0o666 },
  { path: runner, template: RUNNER, mode: 0o777 },
  { path: FALLBACK, template: FALLBACK, mode: 0o666 },
  { path: PREPARATION, template: PREPARATION, mode: 0o666 },
  { path: SAMPLE_NOTEBOOK, template: 'hello.ipynb', mode: 0o666 },
];

export interface WrittenProject {
  written: string[];
  /** Existing files, which were not changed. */
  left: string[];
  /** Files of `left` that an earlier client wrote. They lack features. */
  outdated: string[];
  /** Lines that were added to .gitignore. */
  ignored: string[];
  /** Folder of the surrounding project, to which the notebooks belonged until now. */
  inside?: string;
}

export interface ProjectPlace {
  /** The folder with the templates from the build. */
  templates: string;
  /** Need not exist. */
  stateFolder: string;
}

/** Overwrites nothing, so it may be called twice. Throws ExpectedError. */
export function writeProject(folder: string, { templates, stateFolder }: ProjectPlace): WrittenProject {
  if (!existsSync(templates)) {
    throw new ExpectedError('The client is not built. Run `npm run build` in the repository of mymlops.');
  }
  const template = (name: string): string => readFileSync(join(templates, name), 'utf8');
  refuseOther(folder);
  refuseLinkedIgnore(join(folder, IGNORE_FILE));
  refuseObstacles(folder, [CONFIG_FILE, SAMPLE_NOTEBOOK, FALLBACK, PREPARATION, IGNORE_FILE]);
  const ignore = ignoreLines(join(folder, IGNORE_FILE), template('gitignore'));
  if (ignore.added.length > 0) requireWritable(join(folder, IGNORE_FILE));
  const hasConfig = existsSync(join(folder, CONFIG_FILE));
  if (!hasConfig) refuseMisnamed(folder);
  // An existing configuration already names the script that runs its notebooks.
  const runner = hasConfig ? RUNNER : chooseRunner(folder, template(RUNNER));
  const result: WrittenProject = {
    written: [],
    left: runner === RUNNER ? [] : [RUNNER],
    outdated: [],
    ignored: ignore.added,
  };
  for (const { path, template: name, mode } of filesWith(runner)) {
    const text =
      name === CONFIG_FILE && !hasConfig ? configOf(template(name), { folder, runner, stateFolder }) : template(name);
    (writeNew(join(folder, path), text, mode) ? result.written : result.left).push(path);
  }
  result.outdated = result.left.filter((path) => isOfEarlierClient(join(folder, path)));
  if (ignore.added.length > 0) writeFileSync(join(folder, IGNORE_FILE), ignore.text);
  const above = hasConfig ? null : findConfigFile(dirname(realpathSync(folder)));
  return above === null ? result : { ...result, inside: dirname(above) };
}

/** False if something of that name exists. */
function writeNew(file: string, text: string, mode: number): boolean {
  makeFolders(dirname(file));
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Adds a reference to the schema for editors, if the schema is in the project's packages. */
function configOf(
  config: string,
  { folder, runner, stateFolder }: { folder: string; runner: string; stateFolder: string },
): string {
  const hint = existsSync(join(folder, SCHEMA_IN_PACKAGE))
    ? `# yaml-language-server: $schema=./${SCHEMA_IN_PACKAGE}\n`
    : '';
  const name = chooseRepositoryName(folder, stateFolder);
  const own = config.replace(`./${RUNNER}`, `./${runner}`).replace(EXAMPLE_REPOSITORY, `repositories/${name}.git`);
  return `${hint}${own}`;
}

const ignoreLines = (file: string, wanted: string): ReturnType<typeof withIgnoreLines> =>
  withIgnoreLines(existsSync(file) ? readFileSync(file, 'utf8') : '', wanted);
