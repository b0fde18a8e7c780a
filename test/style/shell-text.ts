// Finds the texts of a shell script that people read: comments, and quoted strings with spaces.
import type { SourceText } from './source-text';

const COMMENT = /^\s*#(?!!|\s*shellcheck\b)\s?(.*)$/;
const TRAILING_COMMENT = /\s#\s+([^'"]+)$/;
const QUOTED = /'([^']*)'|"((?:[^"\\]|\\.)*)"/g;

/** Consecutive lines of comments are one text. A string over several lines is not found. */
export function shellTexts(source: string): SourceText[] {
  const found: SourceText[] = [];
  let isComment = false;
  for (const [index, line] of source.split('\n').entries()) {
    const comment = COMMENT.exec(line)?.[1];
    const last = found.at(-1);
    if (comment !== undefined && isComment && last) last.text += ` ${comment}`;
    else if (comment !== undefined) found.push({ kind: 'comment', text: comment, line: index + 1 });
    else found.push(...textsIn(line).map((text) => ({ ...text, line: index + 1 })));
    isComment = comment !== undefined;
  }
  return found;
}

function textsIn(line: string): Omit<SourceText, 'line'>[] {
  const comment = TRAILING_COMMENT.exec(line)?.[1];
  const strings = Array.from(line.matchAll(QUOTED), ([, single, double]) => single ?? double ?? '');
  return [
    ...strings.filter((text) => text.includes(' ')).map((text) => ({ kind: 'string' as const, text })),
    ...(comment === undefined ? [] : [{ kind: 'comment' as const, text: comment }]),
  ];
}
