// Converts a notebook of format 3 (IPython before 2015) to 4.4, like nbformat's own upgrade. It is put together from pieces of
// the text, so that unknown members stay as they were written.
import type { JsonNode } from './json-scan';
import { isCodeCell, isObject, memberOf, textOf } from './notebook-cells';

/** Name and text of a member. */
type Member = [key: string, text: string];

const PYTHON_3 = '{"display_name": "Python 3", "language": "python", "name": "python3"}';
const LARGEST_HEADING = 6;
// The line breaks of Python's str.splitlines().
// oxlint-disable-next-line no-control-regex
const LINE_BREAK = /\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/;

/** `root` is the result of scanJson for `bytes`. Returns undefined if it has no list of worksheets with cells. */
export function upgradeNotebook(bytes: Buffer, root: JsonNode): Buffer | undefined {
  const worksheets = memberOf(root, 'worksheets')?.children;
  const lists = worksheets?.map((worksheet) => memberOf(worksheet, 'cells')?.children);
  const cells = lists?.flatMap((list) => list ?? []);
  if (!cells || lists?.includes(undefined) || !cells.every((cell) => isObject(bytes, cell))) return undefined;
  const dropped = [
    'worksheets',
    'cells',
    'metadata',
    'nbformat',
    'nbformat_minor',
    'orig_nbformat',
    'orig_nbformat_minor',
  ];
  const members: Member[] = [
    ['cells', `[\n  ${cells.map((cell) => upgradeCell(bytes, cell)).join(',\n  ')}\n ]`],
    ['metadata', upgradeMetadata(bytes, memberOf(root, 'metadata'), cells)],
    ['nbformat', '4'],
    ['nbformat_minor', '4'],
    ...membersOf(bytes, root, dropped),
  ];
  return Buffer.from(`${objectText(members, '\n ')}\n`);
}

/**
 * Format 3 had no kernel: code cells named their language, and with IJulia the notebook did. papermill needs the name of a
 * kernel.
 */
function upgradeMetadata(bytes: Buffer, metadata: JsonNode | undefined, cells: readonly JsonNode[]): string {
  const members = membersOf(bytes, metadata, ['name', 'signature']);
  if (members.some(([key]) => key === 'kernelspec' || key === 'language_info')) return objectText(members, '\n  ');
  const inCells = cells
    .filter((cell) => isCodeCell(bytes, cell))
    .map((cell) => textOf(bytes, memberOf(cell, 'language')));
  const other = [textOf(bytes, memberOf(metadata, 'language')), ...inCells].find((name) => !/^(python|$)/i.test(name));
  const added: Member = other ? ['language_info', JSON.stringify({ name: other })] : ['kernelspec', PYTHON_3];
  return objectText([...members, added], '\n  ');
}

function upgradeCell(bytes: Buffer, cell: JsonNode): string {
  if (isCodeCell(bytes, cell)) return upgradeCodeCell(bytes, cell);
  const kind = textOf(bytes, memberOf(cell, 'cell_type'));
  const members = membersOf(bytes, cell, ['cell_type', 'metadata', ...(kind === 'heading' ? ['source', 'level'] : [])]);
  const isText = kind === 'heading' || kind === 'html';
  return objectText([
    ['cell_type', isText ? '"markdown"' : textAt(bytes, memberOf(cell, 'cell_type'), 'null')],
    ['metadata', textAt(bytes, memberOf(cell, 'metadata'), '{}')],
    ...(kind === 'heading' ? [['source', headingText(bytes, cell)] satisfies Member] : []),
    ...members,
  ]);
}

function upgradeCodeCell(bytes: Buffer, cell: JsonNode): string {
  const moved = ['cell_type', 'metadata', 'input', 'source', 'language', 'collapsed'];
  const executed = ['outputs', 'prompt_number', 'execution_count'];
  const collapsed = memberOf(cell, 'collapsed');
  const metadata = membersOf(bytes, memberOf(cell, 'metadata'), collapsed ? ['collapsed'] : []);
  return objectText([
    ['cell_type', '"code"'],
    ['execution_count', 'null'],
    [
      'metadata',
      objectText([...metadata, ...(collapsed ? [['collapsed', textAt(bytes, collapsed)] satisfies Member] : [])]),
    ],
    ['outputs', '[]'],
    ['source', textAt(bytes, memberOf(cell, 'input'), '""')],
    ...membersOf(bytes, cell, [...moved, ...executed]),
  ]);
}

function headingText(bytes: Buffer, cell: JsonNode): string {
  const level = Number(textAt(bytes, memberOf(cell, 'level'), '1'));
  const hashes = '#'.repeat(Number.isInteger(level) ? Math.min(Math.max(level, 1), LARGEST_HEADING) : 1);
  const lines = textOf(bytes, memberOf(cell, 'source')).split(LINE_BREAK);
  if (lines.at(-1) === '') lines.pop();
  return JSON.stringify(`${hashes} ${lines.join(' ')}`);
}

/** All members except those named in `without`. If several have the same name, only the last one. */
function membersOf(bytes: Buffer, node: JsonNode | undefined, without: readonly string[]): Member[] {
  const members = new Map((node?.children ?? []).map((child) => [child.key ?? '', child]));
  return [...members].filter(([key]) => !without.includes(key)).map(([key, child]) => [key, textAt(bytes, child)]);
}

function textAt(bytes: Buffer, node: JsonNode | undefined, otherwise = ''): string {
  return node ? bytes.toString('utf8', node.start, node.end) : otherwise;
}

function objectText(members: readonly Member[], separator = ' '): string {
  const texts = members.map(([key, text]) => `${JSON.stringify(key)}: ${text}`);
  return texts.length === 0 ? '{}' : `{${separator === ' ' ? '' : separator}${texts.join(`,${separator}`)}}`;
}
