// docs/what-happens-when.md: each of its lines names tests, and there are such tests, which are run.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

const TESTS = join(__dirname, '..');
const page = readFileSync(join(__dirname, '../../docs/what-happens-when.md'), 'utf8');
const [promised = '', tied = ''] = page.split('\n## The tests\n');

/** The rows of the tables in `part`: a number, and the other cells. */
const rowsIn = (part: string): { number: string; rest: string }[] =>
  Array.from(part.matchAll(/^\| (\d+) \| (.+) \|$/gm), ([, number = '', rest = '']) => ({ number, rest }));

/** The names in a line's cell, of which one with a back quote has two around it. */
const namesIn = (cell: string): string[] =>
  Array.from(cell.matchAll(/(``?)(.+?)\1(?=<br>|$)/g), ([, , name = '']) => name);

const promises = rowsIn(tied).flatMap(({ number, rest }) => namesIn(rest).map((name) => ({ number, name })));

interface Node {
  type?: string;
  value?: unknown;
  callee?: Node;
  object?: Node;
  property?: Node;
  arguments?: { expression: Node }[];
  quasis?: { cooked?: string }[];
}

/** `test`, `test.each`, `describe.skip`... of the name of a function; for `test.each(...)` that of what is called. */
function calleeOf({ type, value, object, property, callee }: Node): string {
  if (type === 'Identifier') return String(value);
  if (type === 'MemberExpression' && object && property) return `${calleeOf(object)}.${calleeOf(property)}`;
  return type === 'CallExpression' && callee ? calleeOf(callee) : '';
}

const textOf = ({ type, value, quasis }: Node): string | undefined =>
  type === 'StringLiteral' ? String(value) : quasis?.length === 1 ? quasis[0]?.cooked : undefined;

/** `testWithGcloud` and the like: run wherever that part is (parts.ts). */
const IS_TEST = /^test(With\w+)?(\.each)?$/;

/** The names of the tests in `source` that are run: what is in a comment, skipped or in a skipped suite is not. */
function testsIn(source: string): string[] {
  const names: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const call = node as Node;
    if (call.type === 'CallExpression' && call.callee) {
      const callee = calleeOf(call.callee);
      if (/\.(skip|todo)\b|^x(describe|it|test)\b/.test(callee)) return;
      const [first] = call.arguments ?? [];
      const name = first && textOf(first.expression);
      if (name !== undefined && IS_TEST.test(callee)) names.push(name);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript' }));
  return names;
}

const sources = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(TESTS, file), 'utf8'));

/** Whether a test of that name is run. Parsed is only what holds its longest part without quotes. */
function isTested(name: string): boolean {
  const [part = ''] = name.split(/['"`\\]/).toSorted((left, right) => right.length - left.length);
  return sources.some((source) => source.includes(part) && testsIn(source).includes(name));
}

test('every line has its tests', () => {
  const cases = rowsIn(promised).map(({ number }) => Number(number));
  expect(cases.length).toBeGreaterThan(20);
  expect(cases).toEqual(cases.map((_, index) => index + 1));
  expect(rowsIn(tied).map(({ number }) => Number(number))).toEqual(cases);
  expect(rowsIn(tied).filter(({ rest }) => namesIn(rest).length !== rest.split('<br>').length)).toEqual([]);
});

test.each(promises)('line $number: $name', ({ name }) => {
  expect(isTested(name)).toBe(true);
});

test('a name counts where a test of that name is run, in quotes of any kind, and nowhere else', () => {
  const source = `
    test('a', () => {});
    test("isn't", () => {});
    test(\`c\`, () => {});
    test.each([[')']])('d %s', () => {});
    describe('s', () => describe.each(['x'])('t', () => test.each<string>(rows)(
      'e', () => {})));
    testWithGcloud('f', () => {});
    testing('not ours', () => {});
    // test('comment', () => {});
    /*
    test('block', () => {});
    */
    const text = "test('text')";
    test.skip('skipped', () => {});
    test.skip.each([1])('skipped too', () => {});
    xtest('x', () => {});
    test.todo('todo');
    describe.skip('suite', () => test('in it', () => {}));
    describe('only a suite', () => {});
  `;
  expect(testsIn(source)).toEqual(['a', "isn't", 'c', 'd %s', 'e', 'f']);
});
