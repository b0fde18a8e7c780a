import { defaultConfig } from '../../../client/src/config/project-config';
import type { Config } from '../../../client/src/config/schema';
import { resolveTarget } from '../../../client/src/config/target';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const gcloud = (): string => {
  const folder = tempFolder();
  writeFiles(folder, {
    active_config: 'work\n',
    'configurations/config_work': '[compute]\nproject = wrong\n[core]\naccount = a@b\nproject = from-gcloud\n',
  });
  return folder;
};

test('the first that is given wins', () => {
  const env = { MYMLOPS_PROJECT: 'from-mymlops', GOOGLE_CLOUD_PROJECT: 'from-google', CLOUDSDK_CONFIG: gcloud() };
  const file: Config = { ...defaultConfig(), project: 'from-file' };
  const projectOf = (...[chosen, config, variables]: [{ project?: string; local?: boolean }, Config, object]) =>
    resolveTarget({ chosen, env: { ...variables } }, config).project;
  expect(projectOf({ project: 'from-flag' }, file, env)).toBe('from-flag');
  expect(projectOf({ local: true }, file, env)).toBe('local');
  expect(projectOf({}, file, env)).toBe('from-file');
  expect(projectOf({}, defaultConfig(), env)).toBe('from-mymlops');
  expect(projectOf({}, defaultConfig(), { ...env, MYMLOPS_PROJECT: '' })).toBe('from-google');
  expect(projectOf({}, defaultConfig(), { CLOUDSDK_CONFIG: env.CLOUDSDK_CONFIG })).toBe('from-gcloud');
  expect(projectOf({}, defaultConfig(), { CLOUDSDK_CONFIG: tempFolder() })).toBe('local');
});

test.each<[string, Config['commit']]>([
  ['a snapshot', { command: 'x', instance: { snapshot: 's' } }],
  ['an accelerator', { command: 'x', instance: { accelerator: 'a' } }],
  ['a deploy_key', { command: 'x', output_repository: { url: 'u', branch: 'b', deploy_key: 'k' } }],
])('a file that asks for %s never falls back to this machine', (wish, commit) => {
  const config = { ...defaultConfig(), commit };
  const env = { CLOUDSDK_CONFIG: tempFolder() };
  const refused = () => resolveTarget({ chosen: {}, env }, config);
  expect(refused).toThrow(wish);
  expect(refused).toThrow(/--project ID[^]*--local/);
  expect(resolveTarget({ chosen: { local: true }, env }, config).project).toBe('local');
});

test('a project id that cannot be one is refused', () => {
  expect(() => resolveTarget({ chosen: { project: 'No/Such' }, env: {} }, defaultConfig())).toThrow('not a project id');
});
