// Every link of README.md and docs/ that leads into the repository leads to something.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { allPages, anchorsOf, proseOf, readPage, ROOT } from './pages';

interface Link {
  page: string;
  target: string;
}

const pages = allPages();

/** Links and pictures, but for those to other sites. */
const links: Link[] = pages.flatMap(({ path, text }) =>
  Array.from(proseOf(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page: path, target })).filter(
    ({ target }) => !/^https?:/.test(target),
  ),
);

/** Why a link leads nowhere; undefined where it does not. */
function problemOf({ page, target }: Link): string | undefined {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page : normalize(join(dirname(page), file));
  if (path.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(ROOT, path))) return `there is no ${path}`;
  if (anchor === undefined || !statSync(join(ROOT, path)).isFile()) return undefined;
  return anchorsOf(readPage(path).text).includes(anchor) ? undefined : `${path} has no heading ${anchor}`;
}

test('there are links on most pages', () => {
  expect(links.length).toBeGreaterThan(30);
});

test.each(links)('$page: $target', (link) => {
  expect(problemOf(link)).toBeUndefined();
});

test.each([
  ['docs/no-such-page.md', 'there is no docs/no-such-page.md'],
  ['docs/commands.md#no-such-command', 'docs/commands.md has no heading no-such-command'],
  ['../README.md', 'leads out of the repository'],
])('a link to %s is found', (target, problem) => {
  expect(problemOf({ page: 'README.md', target })).toBe(problem);
});

test.each(pages)('$path: no two headings are the same place', ({ text }) => {
  const anchors = anchorsOf(text);
  expect(anchors).toEqual([...new Set(anchors)]);
});
