// The licences of what is bundled: their holders ask that the text goes with every copy.
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Anything else is a decision: look at it, then add it here or do without the package. */
const PERMITTED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);
const RULE = '-'.repeat(80);

const MIT = (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Folders of the packages of which esbuild put something into a bundle made in `folder`. */
export function packageFolders({ outputs }, folder) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const found = inputs
    // Modules that a plugin puts between are ours; what they import is in the list itself.
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && !/^[a-z-]+:/.test(path))
    .map(([path]) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(found.filter((path) => path !== undefined).map((path) => resolve(folder, path)))];
}

/** One text with name, version and licence of each package. Throws where a licence is none of the permitted ones. */
export async function thirdPartyNotices(folders) {
  const packages = new Map();
  for (const one of await Promise.all([...new Set(folders)].map(readPackage))) packages.set(one.title, one);
  const sorted = [...packages.values()].toSorted((left, right) => (left.title < right.title ? -1 : 1));
  const apache = sorted.find(({ license, texts }) => license === 'Apache-2.0' && texts.length > 0);
  const notices = sorted.map((one) => {
    const texts = one.texts.length > 0 ? one.texts : [standardText(one, apache)];
    return [RULE, `${one.title} (${one.license})`, ...(one.home ? [one.home] : []), '', texts.join('\n\n')].join('\n');
  });
  return `This package contains the software below, under the licences of its authors.\n\n${notices.join('\n\n')}\n`;
}

async function readPackage(folder) {
  const { name, version, license, author, homepage } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const title = `${name} ${version}`;
  if (!PERMITTED.has(license)) {
    throw new Error(
      `${title} is bundled under the licence ${JSON.stringify(license)}: look at it, see scripts/notices.mjs.`,
    );
  }
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0) texts.push(...(await licenseInReadme(folder)));
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  return { title, license, home: homepage, holder, texts: texts.map((text) => text.replaceAll('\r\n', '\n').trim()) };
}

async function licenseInReadme(folder) {
  const file = (await readdir(folder)).find((name) => /^readme/i.test(name));
  const text = file ? await readFile(join(folder, file), 'utf8') : '';
  const section = /\n#* *licen[cs]e\n(?:[-=]+\n)?([^]*copyright[^]*)$/i.exec(text)?.[1];
  return section ? [section] : [];
}

/** Licences of the few packages that name one and ship no text of it. */
function standardText({ title, license, holder }, apache) {
  if (license === 'MIT') return MIT(holder);
  if (license === 'Apache-2.0' && apache) return apache.texts[0];
  throw new Error(`${title} ships no text of its licence ${license}: see scripts/notices.mjs.`);
}
