// The licences of others go with what is bundled of them, and none slips in that nobody has looked at.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const ROOT = join(__dirname, '../..');
const ENTRIES: [string, string[]][] = [
  ['functions', ['src/index.ts']],
  ['client', ['src/main.ts']],
  ['deploy/local', ['main.ts', 'functions/functions-host.ts']],
];
const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'mymlops-notices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files of packages of which something is in the bundle. */
async function bundledFiles(workspace: string, entryPoints: string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: join(ROOT, workspace),
    entryPoints,
    outdir: folder,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['@google-cloud/functions-framework'],
    logLevel: 'error',
  });
  const kept = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const paths = kept.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return paths.filter((path) => path.includes('node_modules/')).map((path) => resolve(ROOT, workspace, path));
}

function titleOf(path: string): string {
  const parts = path.split('/');
  const start = parts.lastIndexOf('node_modules') + 1;
  const end = parts[start]?.startsWith('@') ? start + 2 : start + 1;
  const text = readFileSync([...parts.slice(0, end), 'package.json'].join('/'), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return `${name} ${version}`;
}

test('each package that is bundled is named, with the text of its licence', async () => {
  const paths = (await Promise.all(ENTRIES.map(([workspace, entries]) => bundledFiles(workspace, entries)))).flat();
  const titles = new Set(paths.map(titleOf));
  expect(titles.size).toBeGreaterThan(50);
  const notices = readFileSync(join(ROOT, 'client/dist/THIRD_PARTY_NOTICES'), 'utf8');
  const sections = notices.split(`${'-'.repeat(80)}\n`).slice(1);
  const withText = sections.filter((section) => /copyright/i.test(section) && section.length > 600);
  expect([...titles].filter((title) => !withText.some((section) => section.startsWith(`${title} (`)))).toEqual([]);
  expect(sections.length).toBe(titles.size);
});

const SCRIPT = `
const { thirdPartyNotices } = await import(process.argv[1]);
process.stdout.write(await thirdPartyNotices([process.argv[2]]));`;

function noticesOf(name: string, fields: object, files: Record<string, string> = {}): Promise<{ stdout: string }> {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...fields }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  const script = join(ROOT, 'scripts/notices.mjs');
  return execute(process.execPath, ['--input-type=module', '-e', SCRIPT, script, place]);
}

test.each([
  ['copyleft', { license: 'GPL-3.0-only' }],
  ['a choice', { license: '(MIT OR GPL-3.0-only)' }],
  ['none', {}],
])('a licence that nobody has looked at fails the build: %s', async (_what, fields) => {
  const name = `odd-${JSON.stringify(fields).length}`;
  await expect(noticesOf(name, fields, { LICENSE: 'x' })).rejects.toThrow(`${name} 1.2.3 is bundled under the licence`);
});

test('a licence whose text is nowhere fails the build', async () => {
  await expect(noticesOf('silent', { license: 'ISC' })).rejects.toThrow(
    'silent 1.2.3 ships no text of its licence ISC',
  );
});

test.each<[string, Record<string, string>, string]>([
  ['its own files, the notice too', { 'LICENSE.md': 'one', NOTICE: 'two' }, 'one\n\ntwo\n'],
  ['its readme', { 'README.md': '# x\n\nLicense\n-------\n\nCopyright me\n' }, '\nCopyright me\n'],
  ['the standard one', {}, '\nCopyright (c) Ada\n\nPermission is hereby granted'],
])('the text is taken from %s', async (what, files, text) => {
  const { stdout } = await noticesOf(`from ${what.length}`, { license: 'MIT', author: { name: 'Ada' } }, files);
  expect(stdout).toContain(text);
});
