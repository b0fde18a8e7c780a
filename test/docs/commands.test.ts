// docs/commands.md has every command and option that the program has, and no other.
import { createProgram } from '../../client/src/cli/program';
import { completedCommands } from '../../client/src/cli/completion/completed-commands';
import { EXIT } from '../../client/src/core/exit-codes';
import { testContext } from '../client/context';
import { readPage, sectionOf } from './pages';

const page = readPage('docs/commands.md');
const words = completedCommands(createProgram(testContext(), () => undefined));
/** Each command by its name; that of the program itself is empty. */
const commands = words.map(({ paths: [name = '', ...aliases], options }) => ({
  name,
  aliases,
  flags: options.map(({ flag }) => flag).filter((flag) => name === '' || !['-h', '--help'].includes(flag)),
}));
/** `help` is described beside `--help`. */
const OTHER_SECTIONS = ['Exit codes'];
const told = commands.filter(({ name }) => name !== '' && !/\bhelp$/.test(name));

/** Flags in the first cell of the rows of `section`'s table. */
const flagsIn = (section: string): string[] =>
  Array.from(section.matchAll(/^\| (`-[^|]*) \|/gm), ([, cell = '']) => cell)
    .join(' ')
    .match(/(?<=`)--?[A-Za-z-]+/g) ?? [];

test('each command has its section, and there is no other section', () => {
  const headings = Array.from(page.text.matchAll(/^## (.+)$/gm), ([, heading = '']) => heading);
  const names = headings.filter((heading) => !OTHER_SECTIONS.includes(heading));
  expect(names.toSorted()).toEqual(told.map(({ name }) => name).toSorted());
});

test.each(told)('the section of $name names it, its aliases and all its options', ({ name, aliases, flags }) => {
  const section = sectionOf(page, name);
  expect([name, ...aliases].filter((each) => !new RegExp(`\`${each}[\` ]`).test(section))).toEqual([]);
  expect(flagsIn(section).toSorted()).toEqual(flags.toSorted());
});

test('the options of all commands stand before the first of them', () => {
  const [start = ''] = page.text.split(/^## /m);
  expect(flagsIn(start).toSorted()).toEqual(commands.find(({ name }) => name === '')?.flags.toSorted());
});

test('each exit code has its line, and there is no other', () => {
  const codes = Array.from(sectionOf(page, 'Exit codes').matchAll(/^\| (\d+) \|/gm), ([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT));
});
