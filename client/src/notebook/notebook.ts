// Reads a notebook before a run: checks it, counts the cells that will run, and removes the traces of earlier runs.
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { projectPath } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { MB } from '../core/sizes';
import type { JsonNode } from './json-scan';
import { additions } from './notebook-additions';
import {
  applyEdits,
  isCodeCell,
  isCounted,
  isObject,
  memberOf,
  stripEdits,
  stripNotebookEdits,
} from './notebook-cells';
import { notebookFault } from './notebook-faults';
import { type ForeignKernel, foreignKernelOf } from './notebook-language';
import { readNotebookFile, scanNotebook } from './notebook-text';
import { upgradeNotebook } from './notebook-v3';

export interface Notebook {
  /** Relative to the project folder, with `/`. */
  path: string;
  /** Number of code cells that a runner will execute. */
  codeCells: number;
  /**
   * The notebook for the snapshot: outputs, execution counts and marks of earlier runs are removed, and members that the
   * format requires are added. Everything else stays byte for byte.
   */
  stripped: Buffer;
  /** Set if the notebook is not in Python. */
  kernel: ForeignKernel | undefined;
}

/** The functions read an executed notebook only up to this size. */
const LARGEST_STRIPPED = 64 * MB;

/** Absolute path of a notebook on the command line, with links in its folders resolved. Throws ExpectedError. */
export function locateNotebook(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) throw new ExpectedError(`${name} does not exist.`);
  if (stat.isDirectory()) throw new ExpectedError(`${name} is a folder. Give a notebook in it.`);
  if (!stat.isFile()) throw new ExpectedError(`${name} is a link or special file. Give the notebook itself.`);
  if (!name.endsWith('.ipynb')) throw new ExpectedError(`${name} is not a notebook: its name does not end in .ipynb.`);
  return join(realpathSync(dirname(path)), basename(path));
}

/** Reads and checks the notebook at `path` (from locateNotebook). Throws ExpectedError. */
export function readNotebook(path: string, projectFolder: string): Notebook {
  const inProject = relative(projectFolder, path).split(sep).join('/');
  if (inProject.startsWith('../')) throw new ExpectedError(`${path} is outside the project folder ${projectFolder}.`);
  if (!projectPath.safeParse(inProject).success) {
    throw new ExpectedError(
      `${JSON.stringify(inProject)} cannot be committed: its path is too long or contains control characters. Rename it.`,
    );
  }
  const { bytes, root, cells, hidden, kernel } = readCells(path, inProject);
  const codeCells = cells.filter((cell) => isCounted(bytes, cell)).length;
  if (codeCells === 0) {
    throw new ExpectedError(`${inProject} has nothing to run: it has no code cell with content.`);
  }
  const all = [...hidden, ...cells];
  const stripped = applyEdits(bytes, [
    ...stripNotebookEdits(root),
    ...all.filter((cell) => isCodeCell(bytes, cell)).flatMap(stripEdits),
    ...additions(bytes, root, all),
  ]);
  refuseLarge(stripped.length, inProject);
  return { path: inProject, codeCells, stripped, kernel };
}

function refuseLarge(bytesWithoutOutputs: number, name: string): void {
  if (bytesWithoutOutputs <= LARGEST_STRIPPED) return;
  throw new ExpectedError(
    `${name} is larger than 64 MB even without its outputs. Move data, attachments and widget states to other files.`,
  );
}

/** Number of bytes that will surely be removed, in either format. */
function strippedBytes(root: JsonNode): number {
  const inFormat3 = (memberOf(root, 'worksheets')?.children ?? []).map((sheet) => memberOf(sheet, 'cells'));
  const lists = [...(root.children ?? []).filter(({ key }) => key === 'cells'), ...inFormat3];
  const cells = lists.flatMap((list) => list?.children ?? []);
  const outputs = cells.flatMap((cell) => (cell.children ?? []).filter(({ key }) => key === 'outputs'));
  return [...outputs, ...stripNotebookEdits(root)].reduce((sum, { start, end }) => sum + end - start, 0);
}

interface Cells {
  bytes: Buffer;
  root: JsonNode;
  cells: JsonNode[];
  /** Cells of earlier members named `cells`: no program reads them, but they may contain outputs. */
  hidden: JsonNode[];
  kernel: ForeignKernel | undefined;
}

/** The cells of the notebook as one of format 4. */
function readCells(path: string, name: string): Cells {
  const bytes = readNotebookFile(path, name);
  const root = scanNotebook(bytes, name);
  // Checked before any part becomes a string, whose length is limited.
  refuseLarge(bytes.length - strippedBytes(root), name);
  if (versionOf(bytes, root, name) === 4) return { bytes, root, ...cellsOf(bytes, root, name) };
  const upgraded = upgradeNotebook(bytes, root);
  if (!upgraded) throw new ExpectedError(`${name} is not a notebook: its worksheets have no list of cells.`);
  const newRoot = scanNotebook(upgraded, name);
  return { bytes: upgraded, root: newRoot, ...cellsOf(upgraded, newRoot, name) };
}

function cellsOf(bytes: Buffer, root: JsonNode, name: string): Omit<Cells, 'bytes' | 'root'> {
  const list = memberOf(root, 'cells');
  if (!list?.children || bytes[list.start] !== 0x5b || !list.children.every((cell) => isObject(bytes, cell))) {
    throw new ExpectedError(`${name} is not a notebook: it has no list of cells.`);
  }
  const fault = notebookFault(bytes, root, list.children);
  if (fault !== null) {
    throw new ExpectedError(
      `${name} is not a valid notebook: ${fault}. Correct it in an editor, or restore an earlier version.`,
    );
  }
  const lists = (root.children ?? []).filter(({ key }) => key === 'cells');
  return {
    cells: list.children,
    hidden: lists.slice(0, -1).flatMap(({ children }) => children ?? []),
    kernel: foreignKernelOf(bytes, root, list.children),
  };
}

function versionOf(bytes: Buffer, root: JsonNode, name: string): 3 | 4 {
  const node = memberOf(root, 'nbformat');
  if (!isObject(bytes, root) || !node) throw new ExpectedError(`${name} is not a notebook: it has no nbformat.`);
  const version = Number(bytes.toString('utf8', node.start, node.end));
  if (version === 4 || version === 3) return version;
  if (version === 1 || version === 2) {
    throw new ExpectedError(
      `${name} has nbformat ${version}, but mymlops runs 3 and 4. Convert it with: jupyter nbconvert --to notebook --nbformat 4 --inplace "${name}"`,
    );
  }
  throw new ExpectedError(
    `${name} has ${Number.isNaN(version) ? 'an unknown nbformat' : `nbformat ${version}`}, but mymlops runs 3 and 4. Save it as version 4 with the program that wrote it.`,
  );
}
