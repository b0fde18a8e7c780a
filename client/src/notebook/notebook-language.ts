// Detects the language of a notebook, by the same rules as run_notebook.py (examples/quickstart).
import type { JsonNode } from './json-scan';
import { isCodeCell, memberOf, textOf } from './notebook-cells';

/** A kernel that a notebook needs and that is not for Python. */
export interface ForeignKernel {
  /** In lower case. */
  language: string;
  /** Empty if the notebook does not name a kernel. */
  name: string;
}

/** Undefined for a notebook in Python, which runs with any installed Python. */
export function foreignKernelOf(bytes: Buffer, root: JsonNode, cells: readonly JsonNode[]): ForeignKernel | undefined {
  const metadata = memberOf(root, 'metadata');
  const textAt = (node: JsonNode | undefined, ...keys: string[]): string =>
    textOf(
      bytes,
      keys.reduce<JsonNode | undefined>((inner, key) => memberOf(inner, key), node),
    );
  const name = textAt(metadata, 'kernelspec', 'name');
  const named =
    textAt(metadata, 'kernelspec', 'language') ||
    textAt(metadata, 'language_info', 'name') ||
    textAt(metadata, 'jupytext', 'main_language') ||
    cells
      .filter((cell) => isCodeCell(bytes, cell))
      .map((cell) => textAt(cell, 'metadata', 'vscode', 'languageId'))
      .find((language) => language !== '');
  const language = (named || languageOfKernel(name.toLowerCase())).toLowerCase();
  return /^i?python/.test(language) ? undefined : { language, name };
}

function languageOfKernel(name: string): string {
  if (name === 'ir') return 'r';
  return name.startsWith('julia') ? 'julia' : 'python';
}
