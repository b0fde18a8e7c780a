// Writes a new project's files. The runner and its configuration are those of examples/quickstart, which is tested: the
// build puts them beside the client.
import { mkdirSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CONFIG_FILE } from '../config/project-config';
import { ExpectedError } from '../errors';
import { withIgnoreLines } from './ignore-lines';

export const SAMPLE_NOTEBOOK = 'notebooks/hello.ipynb';

const EXAMPLE_REPOSITORY = 'repositories/quickstart.git';

/** The JSON Schema of the configuration, where a project has the client among its packages. */
const SCHEMA_IN_PACKAGE = 'node_modules/mymlops-client/packaged/client/dist/mymlops.schema.json';

const FILES = [
  { path: CONFIG_FILE, template: 'mymlops.yml', mode: 0o666 },
  { path: 'run.sh', template: 'run.sh', mode: 0o777 },
  { path: 'run_notebook.py', template: 'run_notebook.py', mode: 0o666 },
  { path: SAMPLE_NOTEBOOK, template: 'hello.ipynb', mode: 0o666 },
];

export interface WrittenProject {
  written: string[];
  /** Were there already, and are as they were. */
  left: string[];
  /** Lines that .gitignore lacked. */
  ignored: string[];
}

/** Overwrites nothing, so it may be called twice. `templates` is the folder that the build filled. */
export function writeProject(folder: string, templates: string): WrittenProject {
  if (!existsSync(templates)) {
    throw new ExpectedError('The client was not built. Run `npm run build` in the repository of mymlops.');
  }
  makeFolder(folder);
  const result: WrittenProject = { written: [], left: [], ignored: [] };
  for (const { path, template, mode } of FILES) {
    const text = readFileSync(join(templates, template), 'utf8');
    const isNew = writeNew(join(folder, path), template === CONFIG_FILE ? forFolder(text, folder) : text, mode);
    (isNew ? result.written : result.left).push(path);
  }
  result.ignored = addIgnoreLines(join(folder, '.gitignore'), readFileSync(join(templates, 'gitignore'), 'utf8'));
  return result;
}

function makeFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new ExpectedError(`${folder} is a file. Name a folder, or a new one.`);
  }
  mkdirSync(folder, { recursive: true });
}

/** False where there is something of that name. */
function writeNew(file: string, text: string, mode: number): boolean {
  makeFolder(dirname(file));
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The output repository is named after the folder; what YAML, git or a shell might read otherwise becomes a dash. Editors
 * are told of the schema where they find it without a network.
 */
function forFolder(config: string, folder: string): string {
  const hint = existsSync(join(folder, SCHEMA_IN_PACKAGE))
    ? `# yaml-language-server: $schema=./${SCHEMA_IN_PACKAGE}\n`
    : '';
  const name =
    basename(folder)
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replaceAll(/^[-.]+|-+$/g, '') || 'project';
  return `${hint}${config.replace(EXAMPLE_REPOSITORY, `repositories/${name}.git`)}`;
}

function addIgnoreLines(file: string, wanted: string): string[] {
  const existing = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const { text, added } = withIgnoreLines(existing, wanted);
  if (added.length > 0) writeFileSync(file, text);
  return added;
}
