import { defaultConfig } from '../../../client/src/config/project-config';
import { parseConfig } from '../../../client/src/config/parse-config';
import { type Config, configSchema } from '../../../client/src/config/schema';
import { describeLocalLimits, resolveTarget } from '../../../client/src/config/target';
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

const ALL = {
  flag: 'from-flag',
  file: 'from-file',
  MYMLOPS_PROJECT: 'from-mymlops',
  GOOGLE_CLOUD_PROJECT: 'from-google',
  gcloud: true,
};
type Given = Partial<Record<'flag' | 'file' | 'MYMLOPS_PROJECT' | 'GOOGLE_CLOUD_PROJECT', string>> & {
  local?: boolean;
  gcloud?: boolean;
};

test.each<[string, Given, string]>([
  ['--project', ALL, 'from-flag'],
  ['--local', { ...ALL, flag: undefined, local: true }, 'local'],
  ['the file', { ...ALL, flag: undefined }, 'from-file'],
  ['the file, for this computer', { ...ALL, flag: undefined, file: 'local' }, 'local'],
  ['MYMLOPS_PROJECT', { ...ALL, flag: undefined, file: undefined }, 'from-mymlops'],
  ['MYMLOPS_PROJECT, for this computer', { MYMLOPS_PROJECT: 'local', gcloud: true }, 'local'],
  ['GOOGLE_CLOUD_PROJECT', { GOOGLE_CLOUD_PROJECT: 'from-google', gcloud: true }, 'from-google'],
  [
    'GOOGLE_CLOUD_PROJECT, the other being empty',
    { MYMLOPS_PROJECT: '', GOOGLE_CLOUD_PROJECT: 'from-google' },
    'from-google',
  ],
  ["gcloud's active configuration", { gcloud: true }, 'from-gcloud'],
  ['this computer', {}, 'local'],
])('%s is the first that is given', (_what, { flag, local, file, gcloud: hasGcloud, ...variables }, expected) => {
  const config = { ...defaultConfig(), project: file };
  const env = { ...variables, CLOUDSDK_CONFIG: hasGcloud ? gcloud() : tempFolder() };
  expect(resolveTarget({ flags: { project: flag, local }, env }, config).project).toBe(expected);
});

/** A file that describes a VM on Google, and a profile of it (or none). */
const WISHES: [string, string, string?][] = [
  ['a snapshot', 'commit: {command: x, instance: {snapshot: s}}'],
  ['an accelerator', 'commit: {command: x, instance: {accelerator: a}}'],
  ['an accelerator (g2-standard-8)', 'commit: {command: x, instance: {machine_type: g2-standard-8}}'],
  ['a deploy_key', 'commit: {command: x, output_repository: {url: u, deploy_key: k}}'],
  ['a deploy_key', 'commit: {command: x, repository: {url: u, deploy_key: k}}'],
  ['an accelerator', '{instance_types: {gpu: {accelerator: a}}, commit: {command: x, instance: gpu}}'],
  ['a snapshot', '{instance_types: {gpu: {snapshot: a}}, commit: {command: x, instance: {type: gpu}}}'],
  ['an accelerator', '{commit: {command: x}, profiles: {p: {commit: {instance: {accelerator: a}}}}}', 'p'],
  [
    'an accelerator',
    '{instance_types: {gpu: {accelerator: a}}, commit: {command: x}, profiles: {p: {commit: {instance: gpu}}}}',
    'p',
  ],
  ['a deploy_key', '{commit: {command: x, repository: {url: u, deploy_key: k}}, profiles: {p: {}}}', 'p'],
  ['a snapshot', '{commit: {command: x}, start: {instance: {snapshot: s}}}'],
  ['a deploy_key', '{commit: {command: x}, start: {repository: {url: u, deploy_key: k}}}'],
  ['an accelerator', '{commit: {command: x}, profiles: {p: {start: {instance: {accelerator: a}}}}}', 'p'],
];

function configOf(text: string): Config {
  const parsed = parseConfig(text, () => undefined);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
}

describe.each(WISHES)('a file that asks for %s: %s', (wish, text, profile) => {
  const config = configOf(text);
  const targetOf = (given: { flags?: { project?: string; local?: boolean }; env?: object; config?: Config }) =>
    resolveTarget(
      { flags: given.flags ?? {}, env: { CLOUDSDK_CONFIG: tempFolder(), ...given.env } },
      given.config ?? config,
      profile,
    ).project;

  test('never falls back to this computer', () => {
    expect(() => targetOf({})).toThrow(` needs ${wish}, which only Google Cloud has, but no project is set.`);
    expect(() => targetOf({})).toThrow(/--project ID[^]*--local/);
  });

  test('runs here if the user says so', () => {
    expect(targetOf({ flags: { local: true } })).toBe('local');
    expect(targetOf({ config: { ...config, project: 'local' } })).toBe('local');
    expect(targetOf({ env: { MYMLOPS_PROJECT: 'local' } })).toBe('local');
  });

  test('runs where a project is known', () => {
    expect(targetOf({ env: { CLOUDSDK_CONFIG: gcloud() } })).toBe('from-gcloud');
  });
});

test('what a profile asks for concerns those who choose it', () => {
  const config = configOf(
    '{instance_types: {gpu: {accelerator: a}, cpu: {}}, commit: {command: x, instance: gpu}, profiles: {p: {commit: {instance: cpu}}}}',
  );
  const context = { flags: {}, env: { CLOUDSDK_CONFIG: tempFolder() } };
  expect(() => resolveTarget(context, config)).toThrow('needs an accelerator');
  expect(resolveTarget(context, config, 'p').project).toBe('local');
});

test('keys of a machine spec are ignored on this computer', () => {
  const local = { project: 'local', deployment: 'mymlops' };
  const commit = { command: 'x', instance: { accelerator: 'a', zone_regex: 'us', image: undefined } };
  expect(describeLocalLimits(local, commit)).toBe(
    'Running on this computer: instance.accelerator, instance.zone_regex are ignored.',
  );
  expect(describeLocalLimits({ ...local, project: 'some-project' }, commit)).toBeNull();
  expect(describeLocalLimits(local, { command: 'x' })).toBeNull();
});

test.each(['No/Such', 'a', '-dashed', ''])('%j cannot be a project id', (project) => {
  const config = configSchema.parse({});
  expect(() => resolveTarget({ flags: { project }, env: {} }, config)).toThrow('not a project id');
});
