// The pages for people: README.md and docs/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../..');

export interface Page {
  /** Relative to the repository. */
  path: string;
  text: string;
}

export const readPage = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

/** README.md first. */
export const allPages = (): Page[] => [
  readPage('README.md'),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => readPage(`docs/${name}`)),
];

/** Lines of `text` that are not code. */
export const proseOf = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '');

/** The headings of `text`, as GitHub names the places that they are. */
export const anchorsOf = (text: string): string[] =>
  Array.from(proseOf(text).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What stands under the heading of level 2 `title`, up to the next one; empty if there is none. */
export function sectionOf({ text }: Page, title: string): string {
  const parts = text.split(/^## /m).map((part) => part.split(/\n([^]*)/));
  return parts.find(([heading]) => heading === title)?.[1] ?? '';
}
