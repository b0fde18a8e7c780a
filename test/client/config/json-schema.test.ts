// What editors complete: the published JSON Schema says what the program takes, with a sentence for every key.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { jsonSchema } from '../../../client/src/config/json-schema';
import { parseConfig } from '../../../client/src/config/parse-config';
import { configSchema } from '../../../client/src/config/schema';
import { validKeysAt } from '../../../client/src/config/valid-keys';

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  anyOf?: Schema[];
}

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

/** Paths of all keys with their descriptions; names that users choose are `*`. */
function keysOf(node: Schema, above: string[] = []): { path: string[]; description: string | undefined }[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    { path: [...above, key], description: child.description },
    ...keysOf(child, [...above, key]),
  ]);
  const named = node.additionalProperties ? keysOf(node.additionalProperties, [...above, '*']) : [];
  const items = node.items ? keysOf(node.items, [...above, '0']) : [];
  return [...own, ...named, ...items, ...(node.anyOf ?? []).flatMap((option) => keysOf(option, above))];
}

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

/** The README names machines and repositories once. */
function nameInReadme(path: readonly string[]): string {
  return path
    .join('.')
    .replace(/^instance_types\.\*\.|^(commit|start)\.instance\./, 'instance.')
    .replace(/^(commit|start)\.(output_)?repository\./, 'repository.');
}

test("the README's table has every key, and no other", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = /^## mymlops\.yml$[^]*?(?=^## )/m.exec(readme)?.[0] ?? '';
  const documented = new Set(Array.from(section.matchAll(/^\| `([a-z_.]+)`/gm), ([, key]) => key));
  const isOwn = (name: string): boolean => !/^(profiles|dashboard)\./.test(name);
  const keys = new Set(
    keysOf(schema)
      .map(({ path }) => nameInReadme(path))
      .filter(isOwn),
  );
  expect(documented).toEqual(keys);
});

test("the README's examples are valid", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const examples = Array.from(readme.matchAll(/^```yaml\n([^]*?)^```$/gm), ([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(1);
  for (const text of examples) {
    expect(parseConfig(text, (name) => VALUES[name])).toMatchObject({ ok: true });
    isValid(parse(text));
    expect(isValid.errors).toBeNull();
  }
});
