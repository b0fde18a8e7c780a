// `deploy --write`: the folder that it writes is one that Terraform applies, and a second time brings it to this version.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentSettings, oldestPartner, VERSION } from '@mymlops/protocol';
import { runCli } from '../../../client/src/cli/program';
import { startTerraformGoogle } from '../../fakes/terraform-google';
import { testContext } from '../../client/context';
import { TERRAFORM_INSTALL, testWith } from '../../parts';
import { openTerraform } from './terraform';

const PROGRAM = join(__dirname, '../../../deploy/local/dist/main.mjs');
const FLAGS = ['deploy', '--project', 'my-project', '--region', 'europe-west4', '--write', 'infra'];

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'mymlops-deploy-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function deploy(...args: string[]): Promise<{ code: number; said: string }> {
  const context = testContext({ cwd, localCloudProgram: PROGRAM });
  const code = await runCli(args, context);
  return { code, said: context.said.join('\n') };
}
const read = (path: string): string => readFileSync(join(cwd, 'infra', path), 'utf8');

testWith('terraform', TERRAFORM_INSTALL)(
  'Terraform makes a deployment of what was written, with settings that clients read',
  async () => {
    expect(await deploy(...FLAGS, '--user', 'user:me@example.com')).toMatchObject({ code: 0 });
    const before = process.cwd();
    const provider = await startTerraformGoogle({});
    const terraform = await openTerraform(provider, {});
    try {
      renameSync(join(cwd, 'infra'), join(terraform.folder, 'infra'));
      // Google's provider runs in Terraform's folder; the stand-in in this process.
      process.chdir(join(terraform.folder, 'infra'));
      const inside = (...args: string[]) => terraform.run('-chdir=infra', ...args);
      expect(await inside('init', '-input=false')).toMatchObject({ code: 0 });
      expect(await inside('apply', '-auto-approve', '-input=false')).toMatchObject({ code: 0 });
      expect(await inside('plan', '-detailed-exitcode', '-input=false')).toMatchObject({ code: 0 });
      const [settings] = Object.values(
        provider.google.state('google_firestore_document')['google_firestore_document'] ?? {},
      );
      const fields = JSON.parse(String(settings?.['fields'])) as Record<string, { stringValue?: string }>;
      expect(fields['version']).toEqual({ stringValue: VERSION });
      expect(fields['oldestClient']).toEqual({ stringValue: oldestPartner(VERSION) });
      expect(Object.keys(fields).toSorted()).toEqual(Object.keys(deploymentSettings.def.shape).toSorted());
    } finally {
      process.chdir(before);
      provider.close();
      await terraform.remove();
    }
  },
);

test('main.tf belongs to the user: the second time only the folder of ours is written', async () => {
  await deploy(...FLAGS);
  const changed = `${read('main.tf')}\n# mine\n`;
  writeFileSync(join(cwd, 'infra/main.tf'), changed);
  writeFileSync(join(cwd, 'infra/mymlops/version.json'), '{"version":"0.1.0"}');
  writeFileSync(join(cwd, 'infra/terraform.tfstate'), '{}');
  expect(await deploy(...FLAGS)).toMatchObject({ code: 0, said: expect.stringContaining('main.tf is as it was') });
  expect(read('main.tf')).toBe(changed);
  expect(JSON.parse(read('mymlops/version.json'))).toMatchObject({ version: VERSION });
});

test('one that was killed between its two renames goes on', async () => {
  await deploy(...FLAGS);
  renameSync(join(cwd, 'infra/mymlops'), join(cwd, 'infra/mymlops.old'));
  expect(await deploy(...FLAGS)).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, 'infra/mymlops/functions.zip'))).toBe(true);
  expect(existsSync(join(cwd, 'infra/mymlops.old'))).toBe(false);
});

test('each deployment has buckets of its own', async () => {
  await deploy(...FLAGS);
  await deploy(...FLAGS.slice(0, -1), 'other');
  const suffixOf = (path: string): string | undefined =>
    /bucket_suffix = "(\w{8})"/.exec(readFileSync(join(cwd, path, 'main.tf'), 'utf8'))?.[1];
  expect(suffixOf('infra')).toMatch(/^\w{8}$/);
  expect(suffixOf('other')).not.toBe(suffixOf('infra'));
});

test('a folder with other files is left alone', async () => {
  writeFileSync(join(cwd, 'mine.txt'), '');
  const { code, said } = await deploy(...FLAGS.slice(0, -1), '.');
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('has other files') });
  expect(existsSync(join(cwd, 'mymlops'))).toBe(false);
});

test.each<[what: string, args: string[], sentence: RegExp]>([
  ['this computer', ['--project', 'local', '--region', 'us-east1'], /needs a Google Cloud project/],
  ['no project', ['--region', 'us-east1'], /needs a Google Cloud project: give its id with --project/],
  ['a number', ['--project', '123456', '--region', 'us-east1'], /123456 is not the id of a project/],
  ['no region', ['--project', 'my-project'], /--region europe-west4/],
  ['a zone', ['--project', 'my-project', '--region', 'us-east1-b'], /us-east1-b is not a region/],
  [
    'a plan',
    ['--project', 'my-project', '--region', 'us-east1', '--plan'],
    /--plan would do nothing: --write only writes files/,
  ],
  [
    'a variable',
    ['--project', 'my-project', '--region', 'us-east1', '--set', 'max_parallel=4', '--yes'],
    /--set, --yes would do nothing: .* Change main\.tf/,
  ],
  ['an address', ['--project', 'my-project', '--region', 'us-east1', '--user', 'a@b.c'], /write user:a@b\.c/],
])('%s is refused with a sentence, and nothing is written', async (_what, args, sentence) => {
  const { code, said } = await deploy('deploy', ...args, '--write', 'infra');
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(sentence) });
  expect(existsSync(join(cwd, 'infra'))).toBe(false);
});
