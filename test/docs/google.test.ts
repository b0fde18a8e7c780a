// docs/google.md: from nothing to the first run in a few commands, and figures that say where they are from and of which day.
import { createProgram } from '../../client/src/cli/program';
import { completedCommands } from '../../client/src/cli/completion/completed-commands';
import { testContext } from '../client/context';
import { readPage, sectionOf } from './pages';

const page = readPage('docs/google.md');
const blocks = Array.from(page.text.matchAll(/^```\n([^]*?)^```$/gm), ([, block = '']) => block.trimEnd().split('\n'));

test('five commands at most lead from nothing to the first run, and each is explained', () => {
  const [first = []] = blocks;
  expect(first.length).toBeLessThanOrEqual(5);
  expect(first.at(-1)).toMatch(/^npx mymlops-client .*commit /);
  const [, list = ''] = /^```\n[^]*?^```$\n\n([^]*?)\n\n/m.exec(page.text) ?? [];
  const numbers = Array.from(list.matchAll(/^(\d)\. /gm), ([, number]) => Number(number));
  expect(numbers).toEqual(first.map((_, index) => index + 1));
});

const words = completedCommands(createProgram(testContext(), () => undefined));
const flagsOf = (name: string): string[] =>
  words.find(({ paths }) => paths.includes(name))?.options.map(({ flag }) => flag) ?? [];

const lines = [
  ...blocks.flat(),
  ...Array.from(page.text.matchAll(/`((?:npx )?mymlops-client [^`]+)`/g), ([, it = '']) => it),
];

test.each(lines.filter((line) => line.includes('mymlops-client')))('the program knows each option of: %s', (line) => {
  const rest = line
    .replace(/^.*?mymlops-client\S*/, '')
    .trim()
    .split(/\s+/);
  const name = rest.find((word) => words.some(({ paths }) => word !== '' && paths.includes(word))) ?? '';
  expect(name).not.toBe('');
  const known = [...flagsOf(name), ...flagsOf('')];
  expect(rest.filter((word) => /^--?[a-z]/.test(word) && !known.includes(word))).toEqual([]);
});

test.each(['What it costs without runs', 'What a run costs'])(
  '%s: figures with their source and their day',
  (title) => {
    const section = sectionOf(page, title);
    expect(section).toMatch(/\$\d/);
    expect(section).toMatch(/https:\/\//);
    expect(section).toMatch(/\b20\d\d\b/);
  },
);

test("the run whose price stands there is the deployment's own", () => {
  const variables = readPage('deploy/gcp/modules/mymlops/variables.tf').text;
  const defaultOf = (name: string): string =>
    new RegExp(`^variable "${name}" {[^}]*?\\n  default +=\\s*"?([^"\\n]+)`, 'm').exec(variables)?.[1] ?? 'none';
  const section = sectionOf(page, 'What a run costs');
  expect(section).toContain(`\`${defaultOf('machine_type')}\``);
  expect(section).toContain(`${defaultOf('disk_size_gb')} GB`);
});

test.each([
  'What it may cost',
  'Rights, and why',
  'Who may use it',
  'To a newer version, and back',
  'Several deployments, and teams',
  'Without a person: workload identity',
  'Removal',
])('has a section %s', (title) => {
  expect(sectionOf(page, title).trim()).not.toBe('');
});
