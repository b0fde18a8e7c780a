// Secrets, the deploy key and the bucket that a commit needs: each finding names the line that helps.
import { join } from 'node:path';
import type { Deployment } from '../../../../client/src/deployment/connect';
import { bucketFindings, deployKeyFindings, secretFindings } from '../../../../client/src/runs/check/stored-findings';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();

/** Everything else that would be called is missing, so that a call of it fails. */
const storing = (...ids: string[]): Pick<Deployment, 'secrets'> => ({
  secrets: () =>
    Promise.resolve({ list: () => Promise.resolve(ids.map((id) => ({ id, createTime: '' }))) } as unknown as Awaited<
      ReturnType<Deployment['secrets']>
    >),
});

const sent = (folder: string, config: object, project = 'my-project') => ({
  config: { command: 'true', ...config } as never,
  target: { project, deployment: 'mymlops' },
  project: { folder, file: join(folder, 'mymlops.yml'), config: {}, warnings: [] } as never,
});

test('secrets that are not stored, those of setup too', async () => {
  const given = sent(tempFolder(), { secrets: ['A', 'B'], setup_secrets: ['C', 'A'] });
  expect(await secretFindings('commit', given, storing('mymlops_B', 'other_A'))).toEqual([
    {
      ...{ severity: 'error', subject: 'commit', problem: 'names the secret C, which is not stored' },
      remedy: 'Store it: mymlops-client secrets set C',
    },
    expect.objectContaining({ problem: 'names the secret A, which is not stored' }),
  ]);
});

test('on this computer, a commit stores those of .env', async () => {
  const folder = tempFolder();
  writeFiles(folder, { '.env': 'A=x\n' });
  const given = sent(folder, { secrets: ['A', 'B'] }, 'local');
  expect(await secretFindings('commit', given, storing())).toEqual([
    expect.objectContaining({ remedy: 'Store it: mymlops-client secrets set B (or write it into .env)' }),
  ]);
});

const repository = (url: string): object => ({ output_repository: { url, branch: 'main', deploy_key: 'key' } });

test.each([
  ['an address of ssh without its key', 'git@example.com:a/b.git', 1],
  ['an address of https, which needs none', 'https://example.com/a/b.git', 0],
])('%s', async (_what, url, count) => {
  const folder = tempFolder();
  const found = await deployKeyFindings('commit', sent(folder, repository(url)), { env: {} }, storing());
  expect(found).toHaveLength(count);
  for (const one of found) expect(one.remedy).toContain(`The deploy key ${join(folder, 'key')} does not exist`);
});

test('a key that is at hand is not stored by a check', async () => {
  const folder = tempFolder();
  writeFiles(folder, { key: '-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n' });
  const given = sent(folder, repository('git@example.com:a/b.git'));
  expect(await deployKeyFindings('commit', given, { env: {} }, storing())).toEqual([]);
});

test.each([
  [true, []],
  [false, [expect.objectContaining({ severity: 'error', subject: 'The bucket b' })]],
])('a bucket that takes uploads: %s', async (mayUpload, findings) => {
  const results = { name: 'b', mayUpload: () => Promise.resolve(mayUpload) };
  const buckets = () => Promise.resolve({ results, live: results } as never);
  expect(await bucketFindings({ buckets })).toEqual(findings);
});
