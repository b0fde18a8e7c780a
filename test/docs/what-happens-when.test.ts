// README's page "What happens when…": every line names its tests, and there are such tests, which are run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

const page = /## What happens when…\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| when'));

/** A line's last column: `file`: name, and as many more of them. */
const promises = lines.flatMap((line) => {
  const [, when = '', tests = ''] = /^\| (.+?) \| .+? \| (`.+) \|$/.exec(line) ?? [];
  return tests.split('<br>').map((test) => {
    const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
    return { when, file, name };
  });
});

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

test('every line is read', () => {
  expect(lines.length).toBeGreaterThan(15);
  expect(promises.filter(({ when, file, name }) => !when || !file || !name)).toEqual([]);
});

test.each(promises)('when $when: $name', ({ file, name }) => {
  expect(testsIn(readFileSync(join(__dirname, '..', `${file}.test.ts`), 'utf8'))).toContain(name);
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
