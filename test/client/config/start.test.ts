// The section `start` of mymlops.yml: interactive VMs.
import { parseConfig } from '../../../client/src/config/parse-config';
import { resolveStart } from '../../../client/src/config/resolve-start';
import type { Config } from '../../../client/src/config/schema';

function configOf(text: string): Config {
  const parsed = parseConfig(text, () => undefined);
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  return parsed.config;
}

const FILE = `
instance_types: {small: {machine_type: e2-standard-4}}
start:
  command: ./prepare.sh
  setup: pip install jupyterlab
  setup_secrets: [PIP_TOKEN]
  secrets: [API_KEY]
  env: {LEVEL: 3}
  idle: 30m
  soft_stop: 8h
  max: 2d
  wait: 1h
  instance: small
  repository: {url: https://example.org/a.git, branch: main}
  services:
    jupyter: {command: jupyter lab, port: 8888, path: /api, token: JUPYTER_TOKEN}
profiles:
  gpu:
    start:
      idle: 5m
      max_run: 1h
      instance: {accelerator: nvidia-l4}
      repository: {branch: dev}
      services:
        board: {command: tensorboard, port: 6006}
`;

test('a profile replaces keys of the section, one by one; its services replace all services', () => {
  const config = configOf(FILE);
  expect(resolveStart(config)).toEqual({
    ...{ command: './prepare.sh', setup: 'pip install jupyterlab', setup_secrets: ['PIP_TOKEN'], secrets: ['API_KEY'] },
    ...{ env: { LEVEL: '3' }, idle: 1800, soft_stop: 8 * 3600, max: 2 * 86_400, wait: 3600 },
    instance: { machine_type: 'e2-standard-4' },
    repository: { url: 'https://example.org/a.git', branch: 'main' },
    services: { jupyter: { command: 'jupyter lab', port: 8888, path: '/api', token: 'JUPYTER_TOKEN' } },
  });
  expect(resolveStart(config, 'gpu')).toMatchObject({
    ...{ idle: 300, soft_stop: 3600, setup: 'pip install jupyterlab' },
    instance: { machine_type: 'e2-standard-4', accelerator: 'nvidia-l4' },
    repository: { url: 'https://example.org/a.git', branch: 'dev' },
    services: { board: { command: 'tensorboard', port: 6006 } },
  });
  expect(Object.keys(resolveStart(config, 'gpu').services ?? {})).toEqual(['board']);
});

test('max_run is another name of soft_stop', () => {
  const config = configOf('start: {max_run: 8h}\nprofiles: {long: {start: {soft_stop: 2d}}, p: {start: {idle: 5m}}}');
  const softStops = [undefined, 'long', 'p'].map((profile) => resolveStart(config, profile).soft_stop);
  expect(softStops).toEqual([8 * 3600, 2 * 86_400, 8 * 3600]);
});

test.each<[string, string, string]>([
  ['both names of soft_stop', '{soft_stop: 1h, max_run: 1h}', 'start.max_run is another name of soft_stop: remove one'],
  ['an idle window of seconds', '{idle: 10}', 'start.idle: must be 1m or more'],
  ['an idle window of months', '{idle: 90d}', 'start.idle: must be 30d or less'],
  ['a limit of a minute', '{max: 1m}', 'start.max: must be 10m or more'],
  ['a wait of weeks', '{wait: 8d}', 'start.wait: must be 7d or less'],
  ['a service without a port', '{services: {a: {command: x}}}', 'start.services.a.port is missing'],
  ['a port of the system', '{services: {a: {command: x, port: 80}}}', 'start.services.a.port: must be 1024 or more'],
  ['a path without /', '{services: {a: {command: x, port: 8080, path: api}}}', 'not a path: write it with / first'],
  ['a name with capitals', '{services: {A_b: {command: x, port: 8080}}}', 'a service has at most 24 of a-z, 0-9 and -'],
  [
    'two services on a port',
    '{services: {a: {command: x, port: 8080}, b: {command: y, port: 8080}}}',
    'start.services: two of the services have the same port',
  ],
  ['a misspelt key', '{idel: 5m}', 'unknown key start.idel; did you mean idle?'],
  ['a variable that is none', '{services: {a: {command: x, port: 8080, token: "a b"}}}', 'start.services.a.token: '],
])('%s is one sentence', (_what, start, sentence) => {
  const parsed = parseConfig(`start: ${start}`, () => undefined);
  const messages = parsed.ok ? [] : parsed.errors.map(({ message }) => message);
  expect(messages).toEqual([expect.stringContaining(sentence)]);
});

test('the value of a secret of `start` stands nowhere in the file', () => {
  const parsed = parseConfig('start: {secrets: [TOKEN], command: "login $TOKEN"}', () => 'the value');
  expect(parsed).toMatchObject({ ok: false, errors: [{ message: expect.stringContaining('$TOKEN is a secret') }] });
});

test('where a service listens is a matter of its VM', () => {
  const config = configOf('start: {services: {a: {command: "x $MYMLOPS_BIND:${MYMLOPS_PORT}", port: 8080}}}');
  expect(config.start?.services?.['a']?.command).toBe('x $MYMLOPS_BIND:$MYMLOPS_PORT');
});
