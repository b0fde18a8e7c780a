// What the YAML parser complains of, in words that say what to do.
import type { YAMLError } from 'yaml';

const UNCLOSED = 'is not closed: it began here or in a line before';

/** The first that fits, by code and by the start of the parser's own message. */
const SENTENCES: [code: string, start: string, sentence: string][] = [
  ['TAB_AS_INDENT', '', 'a tab indents this line: YAML takes spaces only'],
  ['DUPLICATE_KEY', '', 'this key is there twice'],
  ['MULTIPLE_DOCS', '', 'a second document begins here: a configuration is one, without `---` in between'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    '',
    'a second `: ` in one line, or a line that is indented too far: put the value into quotes, or align the line with those above',
  ],
  ['MISSING_CHAR', 'Missing closing', `a quote ${UNCLOSED}`],
  ['MISSING_CHAR', 'Flow', `a bracket ${UNCLOSED}`],
  ['BAD_INDENT', 'Flow', `a bracket ${UNCLOSED}`],
  ['BAD_INDENT', 'All mapping items', 'this line is not indented as those that it belongs to'],
  ['MISSING_CHAR', 'Implicit map keys', 'a key without its `: ` and value'],
  ['MULTILINE_IMPLICIT_KEY', '', 'a key without its `: ` and value'],
];

export function sentenceOf({ code, message }: YAMLError): string {
  const own = firstLine(message);
  if (code === 'TAG_RESOLVE_FAILED') return `the tag ${tagIn(own)} means nothing here: write the value without it`;
  if (code === 'BAD_SCALAR_START') return `a value cannot begin with ${own.at(-1)}: put it into quotes`;
  const fitting = SENTENCES.find(([its, start]) => its === code && message.startsWith(start));
  return fitting?.[2] ?? own;
}

/** As it was written: `!!x` is told by its long name. */
const tagIn = (told: string): string => told.replace(/^unresolved tag: */i, '').replace('tag:yaml.org,2002:', '!!');

/** Without the place, which is told otherwise. */
export function firstLine(message: string): string {
  const line = (message.split('\n')[0] ?? '').replace(/ at line \d.*$/, '');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
