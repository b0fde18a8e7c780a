// Finds the prose of a Markdown page, line by line: without code, and without the names of tests that the page quotes.
import type { SourceText } from './source-text';

export function pageTexts(source: string): SourceText[] {
  let isCode = false;
  return source.split('\n').flatMap((line, index): SourceText[] => {
    if (line.startsWith('```')) isCode = !isCode;
    const text = line.replaceAll(/(`+).*?\1/g, '`…`');
    return isCode || text.trim() === '' ? [] : [{ kind: 'string', text: `${text} `, line: index + 1 }];
  });
}
