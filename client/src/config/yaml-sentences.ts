// Errors of the YAML parser -> sentences that say what to do.
import type { YAMLError } from 'yaml';

const UNCLOSED = 'is not closed: it begins here or on an earlier line';

/** The first that fits, by code and by the start of the parser's own message. */
const SENTENCES: [code: string, start: string, sentence: string][] = [
  ['TAB_AS_INDENT', '', 'this line is indented with a tab: use spaces'],
  ['DUPLICATE_KEY', '', 'this key occurs twice: remove one of them'],
  ['MULTIPLE_DOCS', '', 'a second document begins here: remove the `---`, as the file must be one document'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    '',
    'a second `: ` on one line, or a line that is indented too far: put the value in quotes, or align the line with those above',
  ],
  ['MISSING_CHAR', 'Missing closing', `a quote ${UNCLOSED}`],
  ['MISSING_CHAR', 'Flow', `a bracket ${UNCLOSED}`],
  ['BAD_INDENT', 'Flow', `a bracket ${UNCLOSED}`],
  ['BAD_INDENT', 'All mapping items', 'this line is not aligned with the other keys of its mapping'],
  ['MISSING_CHAR', 'Implicit map keys', 'this key has no `: ` and value'],
  ['MULTILINE_IMPLICIT_KEY', '', 'this key has no `: ` and value'],
];

export function sentenceOf({ code, message }: YAMLError): string {
  const own = firstLine(message);
  if (code === 'TAG_RESOLVE_FAILED') return `the tag ${tagIn(own)} is not supported: write the value without it`;
  if (code === 'BAD_SCALAR_START') return `a value cannot begin with ${own.at(-1)}: put it in quotes`;
  const fitting = SENTENCES.find(([its, start]) => its === code && message.startsWith(start));
  return fitting?.[2] ?? own;
}

/** The tag as it was written: the parser reports `!!x` by its long name. */
const tagIn = (told: string): string => told.replace(/^unresolved tag: */i, '').replace('tag:yaml.org,2002:', '!!');

/** Without the parser's line and column, which are reported separately. */
export function firstLine(message: string): string {
  const line = (message.split('\n')[0] ?? '').replace(/ at line \d.*$/, '');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
