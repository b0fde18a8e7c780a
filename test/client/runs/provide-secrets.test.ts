// Before a commit is sent: its secrets are stored, on this computer from .env, or the commit says which are not.
import { LARGEST_SECRET } from '@mymlops/protocol';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from '../../../client/src/google/secrets';
import { provideSecrets } from '../../../client/src/runs/commit/provide-secrets';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

interface Case {
  project?: string;
  stored?: string[];
  dotenv?: string;
  secrets?: string[];
  setup_secrets?: string[];
}

async function provide({ project = 'local', stored = [], dotenv, ...names }: Case) {
  const folder = tempFolder();
  if (dotenv !== undefined) writeFileSync(join(folder, '.env'), dotenv);
  const kept: Record<string, string> = {};
  const said: string[] = [];
  let lists = 0;
  const secrets: Secrets = {
    set: async (id, value) => void (kept[id] = value.toString()),
    list: async () => {
      lists += 1;
      return stored.map((id) => ({ id, createTime: '' }));
    },
    create: async () => undefined,
    remove: async () => false,
  };
  const plan = { config: { command: 'x', ...names }, target: { project, deployment: 'mymlops' }, project: { folder } };
  const error = await provideSecrets({ notice: (line) => void said.push(line) }, plan as never, {
    secrets: async () => secrets,
  }).catch((refused: Error) => refused.message);
  return { kept, said, lists, error };
}

test('a commit without secrets asks for nothing', async () => {
  expect(await provide({ dotenv: 'A=1' })).toEqual({ kept: {}, said: [], lists: 0, error: undefined });
});

test('on this computer those in .env are stored, the others must be', async () => {
  const done = await provide({
    dotenv: 'A=from the file\nB=\nOTHER=x',
    stored: ['mymlops_B'],
    secrets: ['A', 'B'],
    setup_secrets: ['A'],
  });
  expect(done).toMatchObject({ kept: { mymlops_A: 'from the file' }, error: undefined });
  expect(done.said).toEqual([
    'Stored as secrets, from .env: A',
    'Without a value in .env, so the stored one is used: B',
  ]);
});

test('on Google no secret comes from .env', async () => {
  const { kept, error } = await provide({ project: 'p', dotenv: 'A=1', secrets: ['A'] });
  expect(kept).toEqual({});
  expect(error).toBe(
    'The deployment mymlops has no secret A. Nothing was sent. Store it:\n  mymlops-client secrets set A',
  );
});

test('all that are missing are named, each with its line; those of another deployment do not count', async () => {
  const { error } = await provide({ stored: ['mymlops-dev_A', 'mymlops_B'], secrets: ['A', 'B', 'C'] });
  expect(error).toBe(
    [
      'The deployment mymlops has no secrets A, C. Nothing was sent. Store them (or write them into .env):',
      '  mymlops-client secrets set A',
      '  mymlops-client secrets set C',
    ].join('\n'),
  );
});

test('the notice that the stored value is used came also where none was stored', async () => {
  const { said, error } = await provide({ dotenv: 'A=', secrets: ['A'] });
  expect(error).toMatch(/has no secret A\./);
  expect(said).toEqual([]);
});

test('a value in .env that is too large is refused by its name', async () => {
  const { error } = await provide({ dotenv: `A=${'x'.repeat(LARGEST_SECRET + 1)}`, secrets: ['A'] });
  expect(error).toBe('The value of A in .env has more than 65536 bytes, the most for a secret.');
});

test('a value in .env that could not be read was taken from an earlier commit', async () => {
  const { kept, error } = await provide({ dotenv: 'A="a\\"b"\nB=1', stored: ['mymlops_A'], secrets: ['B', 'A'] });
  expect(error).toMatch(/^The value of A in \.env cannot be read\. Nothing was sent\./);
  expect(kept).toEqual({});
});

test.each(['constructor', 'toString', '__proto__'])(
  'the secret %s, a name that every object has, ended the commit',
  async (name) => {
    for (const dotenv of [undefined, 'OTHER=1']) {
      const { kept, error } = await provide({ ...(dotenv !== undefined && { dotenv }), secrets: [name] });
      expect(error).toMatch(`has no secret ${name}.`);
      expect(kept).toEqual({});
    }
    const { kept } = await provide({ dotenv: `${name}=value`, secrets: [name] });
    expect(kept).toEqual({ [`mymlops_${name}`]: 'value' });
  },
);
