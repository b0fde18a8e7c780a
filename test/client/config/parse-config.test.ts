import { parseConfig } from '../../../client/src/config/parse-config';

const values: Record<string, string> = { KEY: '/keys/k', SECONDS: '90', TRICKY: 'a: b' };
const parse = (text: string) => parseConfig(text, (name) => values[name]);

function configOf(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
}

function errorsOf(text: string): string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const PREDECESSORS = `
commit:
  command: ./run.sh
  instance:
    zone_regex: us-(east|west)
    machine_type: n1-standard-4
    snapshot: base
    accelerator: nvidia-tesla-t4
  repository: {url: 'git@example.org:a/b.git', deploy_key: $KEY}
  output_repository: {url: 'git@example.org:a/out.git', deploy_key: '\${KEY}', branch: results}
start:
  instance: {zone_regex: us-east1-b, machine_type: n1-standard-1, snapshot: base}
  repository: {url: 'git@example.org:a/b.git', deploy_key: $KEY}
dashboard:
  links: {Console: 'https://console.cloud.google.com/'}
  tunnel: {local_port_min: 7000, remote_ports: [8888]}
`;

test("a file of the predecessor's is valid and means the same", () => {
  const { commit, deployment } = configOf(PREDECESSORS);
  expect(commit?.repository).toEqual({ url: 'git@example.org:a/b.git', deploy_key: '/keys/k', branch: 'master' });
  expect(commit?.output_repository).toMatchObject({ deploy_key: '/keys/k', branch: 'results' });
  expect(commit?.instance?.accelerator).toBe('nvidia-tesla-t4');
  expect(deployment).toBe('mymlops');
});

test('an empty file is valid', () => {
  expect(configOf('')).toEqual({ deployment: 'mymlops' });
});

test.each([
  ['max_run: 90', 90],
  ['max_run: 15m', 900],
  ['max_run: $SECONDS', 90],
])('%s is a duration', (line, seconds) => {
  expect(configOf(`commit:\n  command: x\n  ${line}\n`).commit?.max_run).toBe(seconds);
});

test('a value cannot change the structure of the file', () => {
  expect(configOf('commit:\n  command: $TRICKY\n').commit?.command).toBe('a: b');
});

test('$$ is a dollar sign, and a $ of the shell stays', () => {
  expect(configOf('commit:\n  command: echo $$HOME $(nproc) $5\n').commit?.command).toBe('echo $HOME $(nproc) $5');
});

test('all errors are told at once, with line and column and the key that was meant', () => {
  const text =
    'projct: p\ncommit:\n  comand: x\n  max_run: soon\n  setup: $NOPE\n  instance:\n    provisioning: cheap\n';
  expect(errorsOf(text)).toEqual([
    '1:1 unknown key projct; did you mean project?',
    '3:3 commit.command is missing',
    '3:3 unknown key commit.comand; did you mean command?',
    '4:12 commit.max_run: not a duration: write 90, 30s, 15m, 2h or 1d',
    '5:10 $NOPE has no value: put NOPE=... into .env, or set it in the environment',
    expect.stringMatching(/^7:19 commit\.instance\.provisioning: .*spot/),
  ]);
});

test('broken YAML is told with its place', () => {
  expect(errorsOf('commit:\n  command: "x\n')).toEqual([expect.stringMatching(/^\d+:\d+ .*quote/)]);
});

test('a password in an address is refused: it would be readable in the run', () => {
  const [error] = errorsOf(
    'commit:\n  command: x\n  output_repository: {url: "https://ada:secret@example.org/a.git"}\n',
  );
  expect(error).toContain('leave it out of the address');
  expect(error).not.toContain('secret');
});
