// The client as somebody installs it: packed, installed into an empty folder, and used without this repository.
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { APIS } from '../../client/src/deployment/apis';
import type { GoogleOptions } from '../fakes/google-administration';
import { processesWith } from '../local/desk';
import { TERRAFORM_INSTALL, testWith } from '../parts';
import { openGoogle } from './deploy-plan';

const ROOT = join(__dirname, '../..');
const SIZE_LIMIT_BYTES = 15 * 2 ** 20;
const PATIENCE_MS = 120_000;
const execute = promisify(execFile);

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mymlops package-')));
const prefix = join(folder, 'prefix');
const home = join(folder, 'home');
const installed = join(prefix, 'node_modules/mymlops-client');
let packed: Packed;

async function npm(...args: string[]): Promise<string> {
  return (await execute('npm', args, { cwd: ROOT, maxBuffer: 2 ** 24 })).stdout;
}

const pathOf = (program: string): string => join(prefix, 'node_modules/.bin', program);
const environment = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', MYMLOPS_HOME: home };

/** Runs an installed program in `cwd`; throws, with what it said, unless it exits with 0. */
async function client(cwd: string, program: string, ...args: string[]): Promise<string> {
  return (await execute(pathOf(program), args, { cwd, env: environment })).stdout;
}

beforeAll(async () => {
  mkdirSync(prefix);
  // Silent: the scripts around packing are announced on stdout otherwise.
  const said = await npm('pack', '-w', 'client', '--json', '--silent', '--pack-destination', folder);
  // A list; by name since npm 11.
  const [first] = Object.values(JSON.parse(said) as Packed[] | Record<string, Packed>);
  if (first === undefined) throw new Error(`npm packed nothing: ${said}`);
  packed = first;
  await npm('install', '--prefix', prefix, '--prefer-offline', '--no-save', join(folder, packed.filename));
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds the three programs, the scripts of the VM, and nothing that is not needed', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => !/\/(chunks|templates|gcp)\//.test(path)).toSorted()).toEqual([
    'LICENSE',
    'THIRD_PARTY_NOTICES',
    'bin/mymlops-client.cjs',
    'package.json',
    'packaged/client/dist/cli.cjs',
    'packaged/client/dist/mymlops.schema.json',
    'packaged/deploy/local/dist/build',
    'packaged/deploy/local/dist/functions-host.mjs',
    'packaged/deploy/local/dist/main.mjs',
    'packaged/functions/dist/functions.zip',
  ]);
  expect(paths.filter((path) => path.includes('/chunks/') && !/\.[cm]js$/.test(path))).toEqual([]);
  expect(packed.size).toBeLessThan(SIZE_LIMIT_BYTES);
});

test('carries its licence, the one that package.json names', () => {
  const { license, author } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect({ license, author }).toEqual({ license: 'Apache-2.0', author: 'mymlops authors' });
  const text = readFileSync(join(installed, 'LICENSE'), 'utf8');
  expect(text).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  expect(text).toMatch(/Apache License\s+Version 2\.0, January 2004[^]*END OF TERMS AND CONDITIONS/);
  expect(text).toContain('Copyright 2026 mymlops authors');
});

test('every chunk in it is named by another file of it: none is of an earlier build', () => {
  const programs = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.mjs'));
  const texts = new Map(programs.map((path) => [path, readFileSync(join(installed, path), 'utf8')]));
  const isNamed = (chunk: string): boolean => {
    const name = chunk.slice(chunk.lastIndexOf('/') + 1);
    return [...texts].some(([path, text]) => path !== chunk && text.includes(name));
  };
  expect(programs.filter((path) => path.includes('/chunks/') && !isNamed(path))).toEqual([]);
});

test('runs nothing at its installation', () => {
  const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(Object.keys(scripts).toSorted()).toEqual(['postpack', 'prepack']);
});

test('the host of the functions finds the framework outside the repository', () => {
  const host = createRequire(join(installed, 'packaged/deploy/local/dist/functions-host.mjs'));
  const framework = realpathSync(host.resolve('@google-cloud/functions-framework'));
  expect(framework.startsWith(prefix)).toBe(true);
});

test('goes by both names', async () => {
  const version = await client(folder, 'mymlops-client', '--version');
  expect(await client(folder, 'mymlops', '--version')).toBe(version);
});

test('the schema for editors is that of the program', async () => {
  const shipped = readFileSync(join(installed, 'packaged/client/dist/mymlops.schema.json'), 'utf8');
  expect(shipped).toBe(await client(folder, 'mymlops', 'validate', '--schema'));
});

test('has with it what a new project is made of', async () => {
  await client(folder, 'mymlops', 'init', 'begun');
  await client(folder, 'mymlops', 'init', 'prefix');
  const hint = '# yaml-language-server: $schema=./node_modules/mymlops-client/';
  expect(readFileSync(join(prefix, 'mymlops.yml'), 'utf8')).toContain(hint);
  expect(readFileSync(join(folder, 'begun/mymlops.yml'), 'utf8')).not.toContain(hint);
  expect(readdirSync(join(folder, 'begun'))).toEqual(expect.arrayContaining(['mymlops.yml', 'notebooks', 'run.sh']));
});

test('finds no mistake in the example for a GPU', async () => {
  cpSync(join(ROOT, 'examples/gpu'), join(folder, 'gpu'), { recursive: true });
  const said = await client(join(folder, 'gpu'), 'mymlops', 'validate');
  expect(said).toContain('runs go to project my-project (Google Cloud)');
});

test('deploy writes what Terraform needs, with the functions of the package', async () => {
  await client(folder, 'mymlops', 'deploy', '--project', 'my-project', '--region', 'us-east1', '--write', 'infra');
  const written = join(folder, 'infra/mymlops');
  const zip = readFileSync(join(written, 'functions.zip'));
  expect(zip.equals(readFileSync(join(installed, 'packaged/functions/dist/functions.zip')))).toBe(true);
  expect(readdirSync(written).toSorted()).toEqual([
    ...['deploy', 'firestore.indexes.json', 'firestore.rules', 'functions.zip', 'version.json'],
  ]);
  const module = join(written, 'deploy/gcp/modules/mymlops');
  expect(readdirSync(module)).toEqual(expect.arrayContaining(['main.tf', 'variables.tf', 'modules', 'README.md']));
  expect(readdirSync(join(module, 'modules/plan'))).toEqual(expect.arrayContaining(['roles.json', 'roles.tf']));
});

describe('deploy --plan in an empty folder, up to the point where Google must answer', () => {
  const plan = async (options: GoogleOptions): Promise<object> => {
    const cwd = mkdtempSync(join(folder, 'empty-'));
    const google = await openGoogle(folder, options);
    const args = ['deploy', '--project', 'my-project', '--region', 'europe-west4', '--plan'];
    const env = { ...environment, ...google.environment };
    const ended = await execute(pathOf('mymlops-client'), args, { cwd, env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
    await google.close();
    const { code, stdout, stderr: said } = ended;
    return { code, stdout, said, left: readdirSync(cwd), changes: google.state.calls.filter(isChange) };
  };
  /** `testIamPermissions` asks, and changes nothing. */
  const isChange = (line: string): boolean => !/^GET |:testIamPermissions/.test(line);
  const nothing = { left: [], changes: [] };

  testWith('terraform', TERRAFORM_INSTALL)('in a new project, that of the APIs that are off', async () => {
    expect(await plan({})).toEqual({
      ...{ ...nothing, code: 2, stdout: '' },
      said: expect.stringMatching(
        /^APIs: These APIs are off [^]*\nNot looked at yet: [^]*\nThis is as far as --plan can look: Terraform needs the APIs/,
      ),
    });
  });

  testWith('terraform', TERRAFORM_INSTALL)('with the APIs, that of the provider, which asks Google', async () => {
    expect(await plan({ enabled: APIS })).toEqual({
      ...{ ...nothing, code: 1, stdout: '' },
      said: expect.stringMatching(/^Planning with terraform \S+\n[^]*hashicorp\/google/),
    });
  });

  testWith('terraform', TERRAFORM_INSTALL)('without billing, the sentence and its remedy', async () => {
    expect(await plan({ enabled: APIS, hasBilling: false })).toMatchObject({
      ...{ ...nothing, code: 1 },
      said: expect.stringMatching(/^billing: [^]*\nNothing was changed\.\n$/),
    });
  });
});

test(
  'a new folder without a remote: init, and commit of what it wrote',
  async () => {
    const run = (program: string, ...args: string[]): Promise<string> =>
      client(join(folder, 'first'), program, ...args);
    await client(folder, 'mymlops-client', 'init', 'first');
    try {
      await run('mymlops-client', 'commit', 'notebooks/hello.ipynb');
      const shown = JSON.parse(await run('mymlops-client', 'show', '--json')) as object;
      expect(shown).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
    } finally {
      await run('mymlops-client', 'local', 'reset', '--yes');
    }
  },
  PATIENCE_MS,
);

const MARK_AS_EXECUTED = `import json, sys
with open(sys.argv[1]) as file:
    notebook = json.load(file)
for number, cell in enumerate(notebook["cells"], 1):
    cell["execution_count"] = number
with open(sys.argv[1], "w") as file:
    json.dump(notebook, file)
`;

test(
  'runs a notebook of a folder that git does not know',
  async () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    const cell = { cell_type: 'code', id: 'one', metadata: {}, execution_count: null, outputs: [], source: '1 + 1' };
    const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(join(project, 'nb.ipynb'), JSON.stringify(notebook));
    writeFileSync(join(project, 'mark.py'), MARK_AS_EXECUTED);
    writeFileSync(join(project, 'mymlops.yml'), 'project: local\ncommit:\n  command: python3 mark.py\n');
    try {
      await client(project, 'mymlops-client', 'commit', 'nb.ipynb');
      const run = JSON.parse(await client(project, 'mymlops-client', 'show', '--json')) as { status: string };
      expect(run.status).toBe('succeeded');
    } finally {
      await client(project, 'mymlops-client', 'local', 'reset', '--yes');
    }
    if (process.platform === 'linux') expect(processesWith(`MYMLOPS_HOME=${home}`)).toEqual([]);
  },
  PATIENCE_MS,
);
