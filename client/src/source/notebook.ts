// A notebook before it runs: is it one, how many cells will run, and the same without what earlier runs left in it.
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { projectPath } from '@mymlops/protocol';
import { ExpectedError } from '../errors';

export interface Notebook {
  /** Relative to the project folder, with `/`. */
  path: string;
  /** Code cells with content. */
  codeCells: number;
  /** The notebook as it goes into the snapshot: outputs and execution counts stripped. */
  stripped: Buffer;
}

interface Cell {
  cell_type?: unknown;
  source?: unknown;
  outputs?: unknown;
  execution_count?: unknown;
}

/** Absolute path of a notebook named on the command line, links in its folders resolved. Throws ExpectedError. */
export function locateNotebook(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new ExpectedError(`${name} does not exist.`);
  if (stat.isDirectory()) throw new ExpectedError(`${name} is a folder. Name a notebook in it.`);
  if (!stat.isFile()) throw new ExpectedError(`${name} is a link or special file. Name the notebook itself.`);
  if (!name.endsWith('.ipynb')) throw new ExpectedError(`${name} is not a notebook: its name does not end in .ipynb.`);
  return join(realpathSync(dirname(path)), basename(path));
}

/** Reads and checks the notebook at `path` (from locateNotebook). Throws ExpectedError with what is wrong with it. */
export function readNotebook(path: string, projectFolder: string): Notebook {
  const inProject = relative(projectFolder, path).split(sep).join('/');
  if (inProject.startsWith('../')) throw new ExpectedError(`${path} is outside the project folder ${projectFolder}.`);
  if (!projectPath.safeParse(inProject).success) {
    throw new ExpectedError(
      `${JSON.stringify(inProject)} cannot be committed: its path is too long or holds control characters.`,
    );
  }
  const content = parseNotebook(readFileSync(path, 'utf8'), inProject);
  const cells = content.cells.filter((cell) => cell.cell_type === 'code');
  if (cells.length === 0) throw new ExpectedError(`${inProject} has no code cell: there is nothing to run.`);
  return {
    path: inProject,
    codeCells: cells.filter((cell) => sourceOf(cell).trim() !== '').length,
    stripped: stripNotebook(content),
  };
}

function parseNotebook(text: string, name: string): { cells: Cell[] } {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ExpectedError(`${name} is not a notebook: it is not JSON (${(error as Error).message}).`);
  }
  if (!isRecord(content) || typeof content['nbformat'] !== 'number') {
    throw new ExpectedError(`${name} is not a notebook: it has no nbformat.`);
  }
  if (content['nbformat'] !== 4) {
    throw new ExpectedError(
      `${name} has nbformat ${content['nbformat']}; mymlops runs 4. Convert it with: jupyter nbconvert --to notebook --nbformat 4 --inplace "${name}"`,
    );
  }
  if (!Array.isArray(content['cells']) || !content['cells'].every(isRecord)) {
    throw new ExpectedError(`${name} is not a notebook: it has no list of cells.`);
  }
  return content as { cells: Cell[] };
}

/** Indented as Jupyter writes it. Fields that nobody knows stay. */
function stripNotebook(content: { cells: Cell[] }): Buffer {
  const cells = content.cells.map((cell) =>
    cell.cell_type === 'code' ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  return Buffer.from(`${JSON.stringify({ ...content, cells }, null, 1)}\n`, 'utf8');
}

function sourceOf(cell: Cell): string {
  return Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
