// The zip from which the functions are deployed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { VERSION } from '@mymlops/protocol';
import { unzipSync } from 'fflate';
import { unpackFunctions } from '../../deploy/local/functions/unpack';

const ROOT = join(__dirname, '../..');
const ZIP = join(ROOT, 'functions/dist/functions.zip');
const FRAMEWORK = '@google-cloud/functions-framework';

const files = unzipSync(readFileSync(ZIP));
const textOf = (name: string): string => Buffer.from(files[name] ?? []).toString('utf8');
const json = (name: string): Record<string, unknown> => JSON.parse(textOf(name)) as Record<string, unknown>;

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-zip-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('two builds of the same sources are the same bytes, in any folder and time zone', () => {
  const folder = newFolder();
  const env = { ...process.env, TZ: 'Pacific/Auckland' };
  execFileSync('node', ['scripts/build.mjs', folder], { cwd: ROOT, env, stdio: 'pipe' });
  expect(readFileSync(join(folder, 'functions/dist/functions.zip')).equals(readFileSync(ZIP))).toBe(true);
});

test('less than 5 MB', () => {
  expect(statSync(ZIP).size).toBeLessThan(5_000_000);
});

test('the program, its chunks, the scripts of the VM, and what npm installs', () => {
  const names = Object.keys(files).filter((name) => !name.startsWith('chunks/'));
  expect(names).toEqual([
    'index.mjs',
    'package-lock.json',
    'package.json',
    'vm/image/agent.sh',
    'vm/image/shutdown.sh',
    'vm/instance/agent.sh',
    'vm/instance/shutdown.sh',
    'vm/run/agent.sh',
    'vm/run/shutdown.sh',
  ]);
  expect(names).toEqual(names.toSorted());
});

test('only the framework is installed, in the version that runs here: no name that a registry could answer otherwise', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', FRAMEWORK, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(json('package.json')).toEqual({
    ...{ name: 'mymlops-functions', version: VERSION, private: true, type: 'module', main: 'index.mjs' },
    engines: { node: '>=20' },
    dependencies: { [FRAMEWORK]: version },
  });
  const { packages } = json('package-lock.json') as { packages: Record<string, { integrity?: string; link?: true }> };
  for (const [place, { integrity, link }] of Object.entries(packages)) {
    if (place === '') continue;
    expect([place, integrity, link]).toEqual([place, expect.stringMatching(/^sha512-/), undefined]);
    expect(place).not.toContain('@mymlops');
  }
});

test('npm takes package.json and lock file as they are', () => {
  const folder = newFolder();
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(folder, name), textOf(name));
  const tree = execFileSync('npm', ['ls', '--all', '--package-lock-only', '--json', '--offline'], { cwd: folder });
  expect(JSON.parse(tree.toString())).not.toHaveProperty('problems');
});

test('each module of it finds all that it imports: in the zip, in Node.js, or in the framework', async () => {
  const main = await unpackFunctions(ZIP, newFolder());
  const modules = Object.keys(files).filter((name) => name.endsWith('.mjs'));
  const script = `for (const name of ${JSON.stringify(modules)}) await import(new URL(name, ${JSON.stringify(pathToFileURL(main))}))`;
  const env = {
    ...{ PATH: process.env['PATH'], MYMLOPS_PROJECT: 'p', MYMLOPS_REGION: 'europe-west4' },
    MYMLOPS_RESULTS_BUCKET: 'of-results',
    MYMLOPS_LIVE_BUCKET: 'of-live',
    MYMLOPS_VM_SERVICE_ACCOUNT: 'vm@p.iam.gserviceaccount.com',
  };
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'pipe' });
});
