// Plain English in messages and comments: patterns that are hard to read, or private to this repository, are refused.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageTexts } from './page-text';
import { shellTexts } from './shell-text';
import { type SourceText, sourceTexts } from './source-text';

const ROOT = join(__dirname, '../..');

interface Place {
  paths: string[];
  extension: string;
  find: (source: string) => SourceText[];
}

/** Comments and strings, and so the titles of tests. A comment of a test may begin as it likes. */
const testTexts = (source: string): SourceText[] =>
  sourceTexts(source).flatMap((text) => (isName(text) ? [] : [{ ...text, kind: 'string' }]));

/** Where texts for people are, and how they are found there. */
const PLACES: Place[] = [
  { paths: ['client/src', 'functions/src', 'protocol', 'deploy/local'], extension: '.ts', find: sourceTexts },
  { paths: ['scripts'], extension: '.mjs', find: sourceTexts },
  { paths: ['functions/vm'], extension: '.sh', find: shellTexts },
  { paths: ['README.md', 'docs', 'examples'], extension: '.md', find: pageTexts },
  { paths: ['test', ':!test/style', ':!test/simulation'], extension: '.ts', find: testTexts },
];

/** Each with what to write instead. */
const REFUSED: [pattern: RegExp, instead: string][] = [
  [/\bwants\b/, 'must be, needs'],
  [/\bWaits (?:for|until)\b/, 'Waiting for'],
  [/\b(?:is|are|was|were) (?:asked|told|said)\b/, 'name who acts: the function reports, the user sees'],
  [/\b(?:is|are|was|were) there(?=[.,;:)]|$)/, 'exists, is running, is installed'],
  [/(?<![Tt]here )\b(?:is|are) no (?!longer\b|more\b)[a-z]/, 'is not a'],
  [/\b[Tt]his machine\b/, 'this computer'],
  [/(?<!\bvirtual )\bmachines?\b(?![ -](?:specs?|types?)\b)/, 'VM, or this computer'],
  [/\bmend(?:s|ed|ing)?\b/i, 'correct, fix'],
  [/\ball the same\b/, 'nevertheless'],
  [/\botherwise than\b/, 'differently than'],
  [/\bin (?:the|its) place\b/, 'instead of, replaces'],
  [/\bput into\b|\bsmall letters\b/, 'put in, lower case'],
  [/\b[Ww]here (?:there|none|nobody|somebody) (?:is|are|has|may)\b/, 'if'],
];

/** Refused at the beginning of a comment. */
const REFUSED_OPENERS: [pattern: RegExp, instead: string][] = [
  [/^Of\b/, 'begin with the subject'],
  [/^What\b/, 'name the thing'],
  [/^Whoever\b|^Somebody\b|^Nobody\b/, 'name who acts'],
];

/** A string without a space is a key, a label or a path, and not a sentence. */
const isName = ({ kind, text }: SourceText): boolean => kind === 'string' && !text.includes(' ');

function complaints(source: SourceText): string[] {
  if (isName(source)) return [];
  const { kind, text } = source;
  const refused = kind === 'comment' ? [...REFUSED, ...REFUSED_OPENERS] : REFUSED;
  return refused.flatMap(([pattern, instead]) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [`"${found}": ${instead}`];
  });
}

test.each(PLACES)('texts in $paths are in plain English', ({ paths, extension, find }) => {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...paths], {
    cwd: ROOT,
  });
  const files = listed
    .toString('utf8')
    .split('\0')
    .filter((file) => file.endsWith(extension) && existsSync(join(ROOT, file)));
  expect(files.length).toBeGreaterThan(0);
  const found = files.flatMap((file) =>
    find(readFileSync(join(ROOT, file), 'utf8')).flatMap((text) =>
      complaints(text).map((complaint) => `${file}:${text.line}: ${complaint}: ${text.text.slice(0, 100)}`),
    ),
  );
  expect(found).toEqual([]);
});

test.each<[string, string]>([
  ["const a = 'a number wants a digit';", 'wants'],
  ['// The cloud\n// is there.\nlet x;', 'is there'],
  ['/** Of a run, its end. */', 'Of'],
  ['const a = `${b} runs on this ${c} this machine`;', 'this machine'],
  ["const a = `${b ? `x ${'is told'} y` : ''}`;", 'is told'],
  ["throw new Error('it is no notebook');", 'is no n'],
])('%j is refused', (source, pattern) => {
  expect(sourceTexts(source).flatMap(complaints).join()).toContain(`"${pattern}"`);
});

test.each([
  'const wants = machine / mend;',
  "const a = /this machine's '/.test(b);",
  "const a = 'There is no run x';",
  '/** A machine spec. */ const a = b ? /is told/ : 1 / 2;',
  "const row = ['machine', text];",
])('%j is accepted', (source) => {
  expect(sourceTexts(source).flatMap(complaints)).toEqual([]);
});
