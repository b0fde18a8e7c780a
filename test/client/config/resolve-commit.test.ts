// What holds for a commit: section, profile and instance type laid over each other.
import { parseConfig } from '../../../client/src/config/parse-config';
import { resolveCommit } from '../../../client/src/config/resolve-commit';
import { machineSpecOf } from '../../../client/src/runs/commit/machine-spec';

function resolve(text: string, profile?: string) {
  const parsed = parseConfig(text, () => undefined);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return resolveCommit(parsed.config, profile);
}

const TYPES = `
instance_types:
  small: {machine_type: e2-standard-2}
  gpu: {machine_type: n1-standard-8, accelerator: nvidia-tesla-t4, snapshot: base}
`;
const instanceOf = (base: string, change?: string) =>
  resolve(
    `${TYPES}commit: {command: run${base}}\nprofiles: {p: {commit: {setup: s${change ?? ''}}}}\n`,
    change === undefined ? undefined : 'p',
  )?.instance;

const GPU = { machine_type: 'n1-standard-8', accelerator: 'nvidia-tesla-t4', snapshot: 'base' };

test.each<[string, string | undefined, object | undefined]>([
  ['', undefined, undefined],
  [', instance: gpu', undefined, GPU],
  [', instance: {type: gpu}', undefined, GPU],
  [', instance: {type: gpu, accelerator_count: 4}', undefined, { ...GPU, accelerator_count: 4 }],
  [
    ', instance: {type: gpu, image: mine}',
    undefined,
    { machine_type: GPU.machine_type, accelerator: GPU.accelerator, image: 'mine' },
  ],
  [', instance: gpu', '', GPU],
  [', instance: gpu', ', instance: {provisioning: standard}', { ...GPU, provisioning: 'standard' }],
  [', instance: gpu', ', instance: small', { machine_type: 'e2-standard-2' }],
  [
    ', instance: {machine_type: m, zone_regex: us}',
    ', instance: {machine_type: n}',
    { machine_type: 'n', zone_regex: 'us' },
  ],
  [
    ', instance: {machine_type: m, zone_regex: us}',
    ', instance: {type: small, zone_regex: eu}',
    { machine_type: 'e2-standard-2', zone_regex: 'eu' },
  ],
  ['', ', instance: small', { machine_type: 'e2-standard-2' }],
])('commit%s with a profile of%s', (base, change, expected) => {
  expect(instanceOf(base, change)).toEqual(expected);
});

test('repositories are laid over key by key, and a branch that is not named stays', () => {
  const text = `
commit:
  command: run
  output_repository: {url: a, branch: results, author: {name: n, email: e}}
profiles:
  other: {commit: {output_repository: {url: b}, repository: {url: c}}}
`;
  const { output_repository: output, repository } = resolve(text, 'other') ?? {};
  expect(output).toEqual({ url: 'b', branch: 'results', author: { name: 'n', email: 'e' } });
  expect(repository).toEqual({ url: 'c', branch: 'master' });
  expect(resolve(text)?.output_repository?.url).toBe('a');
});

test('the request has the machine spec in its own words', () => {
  const commit = resolve(`
commit:
  command: run
  instance:
    machine_type: n1-standard-4
    zone_regex: us-.*
    accelerator: nvidia-tesla-t4
    snapshot: base
    disk: {size: 1TB, type: pd-ssd}
    provisioning: spot_then_standard
    service_account: a@p.iam.gserviceaccount.com
`);
  const google = { project: 'some-project', deployment: 'mymlops' };
  expect(machineSpecOf(commit?.instance, google)).toEqual({
    machineType: 'n1-standard-4',
    zoneRegex: 'us-.*',
    provisioning: 'spot_then_standard',
    accelerator: { type: 'nvidia-tesla-t4', count: 1 },
    image: undefined,
    snapshot: 'base',
    disk: { sizeGb: 1024, type: 'pd-ssd' },
    serviceAccount: 'a@p.iam.gserviceaccount.com',
  });
  // A run on this computer failed for a machine type that was called ignored.
  expect(machineSpecOf(commit?.instance, { ...google, project: 'local' })).toEqual({ provisioning: 'spot' });
  expect(machineSpecOf(undefined, google).provisioning).toBe('spot');
});

test('the line break of a block text made two commands of the command and its notebook', () => {
  expect(resolve('commit:\n  command: |\n    ./run.sh -x\n')?.command).toBe('./run.sh -x');
});
