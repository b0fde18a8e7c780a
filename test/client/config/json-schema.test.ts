// What editors complete: the published JSON Schema says what the program takes, with a sentence for every key.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { jsonSchema } from '../../../client/src/config/json-schema';
import { parseConfig } from '../../../client/src/config/parse-config';
import { configSchema } from '../../../client/src/config/schema';
import { validKeysAt } from '../../../client/src/config/valid-keys';
import { keysOf, type Schema } from './schema-keys';

const ROOT = join(__dirname, '../../..');
const schema = jsonSchema() as Schema;
const isValid = new Ajv({ strict: false }).compile(schema);
const example = readFileSync(join(ROOT, 'examples/quickstart/mymlops.yml'), 'utf8');

/** Everything that there is, and `$NAME` where a value may stand. */
const FULL = `
project: $PROJECT
deployment: team-a
instance_types:
  gpu: {machine_type: n1-standard-8, accelerator: $GPU, accelerator_count: 2, snapshot: base}
commit:
  command: ./run.sh
  setup: pip install -r requirements.txt
  ready_command: nvidia-smi
  max_run: 2h
  queue_limit: 3600
  max_parallel: $SLOTS
  artifacts: true
  instance:
    type: gpu
    zone_regex: us-.*
    image: family/mine
    disk: {size: 200GB, type: pd-ssd}
    provisioning: $MODEL
    service_account: trainer@p.iam.gserviceaccount.com
  repository: {url: 'git@example.org:a/b.git', deploy_key: ./key}
  output_repository:
    url: git@example.org:a/out.git
    branch: main
    known_hosts: example.org ssh-ed25519 AAAA
    author: {name: Ada, email: ada@example.org}
start: {command: jupyter lab, instance: gpu, idle: 30m, max_run: 8h}
profiles:
  cheap: {commit: {instance: {provisioning: spot_then_standard}, output_repository: {branch: cheap}}, start: {idle: 5m}}
notify: ['https://example.org/hook']
retention: {succeeded: 365d, failed: 30d, cancelled: 1d}
dashboard: {links: {a: 'https://example.org'}, tunnel: {local_port_min: 7000, remote_ports: [8888]}}
`;
const VALUES: Record<string, string> = {
  PROJECT: 'some-project',
  GPU: 'nvidia-tesla-t4',
  SLOTS: '3',
  MODEL: 'standard',
  MYMLOPS_HOME: '/state',
};

test.each([
  ['the example', example],
  ['a full file', FULL],
  ['an empty one', '{}'],
])('%s is valid for the program and for editors', (_what, text) => {
  expect(parseConfig(text, (name) => VALUES[name])).toMatchObject({ ok: true });
  isValid(parse(text));
  expect(isValid.errors).toBeNull();
});

test.each([
  'projet: local',
  'commit: {}',
  'commit: {command: run, instance: {acelerator: x}}',
  'commit: {command: run, instance: {provisioning: cheap}}',
  'commit: {command: run, max_parallel: 0}',
  'commit: {command: run, artifacts: "yes"}',
  'instance_types: {"a b": {}}',
  'commit: {command: run, instance: [gpu]}',
])('%s is valid for neither', (text) => {
  expect(parseConfig(text, () => undefined).ok).toBe(false);
  expect(isValid(parse(text))).toBe(false);
});

test('every key is described in one sentence', () => {
  const keys = keysOf(schema);
  expect(keys.length).toBeGreaterThan(100);
  const bad = keys.filter(({ description }) => !description || !/^\S.{10,160}\.$/.test(description));
  expect(bad.map(({ path }) => path.join('.'))).toEqual([]);
});

test('every key of the schema is in it', () => {
  const keys = keysOf(schema);
  const folders = [[], ...keys.map(({ path }) => path)];
  const lacking = folders.flatMap((path) =>
    validKeysAt(path)
      .filter((key) => !keys.some((known) => known.path.join('.') === [...path, key].join('.')))
      .map((key) => [...path, key].join('.')),
  );
  expect(lacking).toEqual([]);
  expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(configSchema.shape));
});
