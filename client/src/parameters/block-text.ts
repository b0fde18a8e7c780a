// The text of a YAML block (`|`, `>`) as PyYAML reads it if the file ends inside the block without a line break.
import type { Scalar } from 'yaml';

/** `source` is the whole file. The parser adds a missing line break at its end; PyYAML does not. */
export function textOfScalar(node: Scalar, source: string): string {
  const text = String(node.value ?? '');
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  if (!isBlock || !text.endsWith('\n') || /[\r\n]$/.test(source) || node.range?.[1] !== source.length) return text;
  const isContent = /\S/.test(lastLineOf(source)) || /^[ \t]+$/.test(lastLineOf(text.slice(0, -1)));
  const isEmpty = text === '\n' && /[|>][^\n]*\n[ \t]+$/.test(source);
  return isContent || isEmpty ? text.slice(0, -1) : text;
}

const lastLineOf = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
