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
  expect(commit?.instance).toMatchObject({ accelerator: 'nvidia-tesla-t4', snapshot: 'base' });
  expect(deployment).toBe('mymlops');
});

// What differs, as docs/configuration.md lists it, each with what to do.
test.each<[string, string, string]>([
  [
    'a key that is there twice',
    'commit:\n  command: x\n  command: y\n',
    '3:3 this key occurs twice: remove one of them',
  ],
  [
    "Python's flags in a pattern",
    'commit: {command: x, instance: {zone_regex: "(?i)us-.*"}}',
    '1:45 commit.instance.zone_regex: inline flags such as (?i) are not supported: remove them (zone names are lower case)',
  ],
  [
    "Python's names in a pattern",
    'commit: {command: x, instance: {zone_regex: "(?P<part>us|eu)-.*"}}',
    '1:45 commit.instance.zone_regex: (?P<name>...) is Python syntax: write (?<name>...), and \\k<name> for (?P=name)',
  ],
  [
    "Python's names in a pattern, used again",
    'commit: {command: x, instance: {zone_regex: "(?<part>us)(?P=part)"}}',
    '(?P<name>...) is Python syntax:',
  ],
  [
    "Python's ends in a pattern",
    'commit: {command: x, instance: {zone_regex: "us-.*-a\\\\Z"}}',
    '1:45 commit.instance.zone_regex: \\A and \\Z are Python syntax: write ^ and $',
  ],
  [
    'a number that PyYAML took for text: with an exponent',
    'commit: {command: x, output_repository: {url: u, branch: 1e3}}',
    '1:58 commit.output_repository.branch: must be text, not a number: put it in quotes',
  ],
  [
    'a number that PyYAML took for text: with 0o',
    'commit: {command: x, output_repository: {url: u, branch: 0o17}}',
    '1:58 commit.output_repository.branch: must be text, not a number: put it in quotes',
  ],
  [
    'text that PyYAML took for a number',
    'dashboard: {links: {}, tunnel: {local_port_min: 7_000, remote_ports: [1]}}',
    '1:49 dashboard.tunnel.local_port_min: must be a number, not text',
  ],
  ['a value of .env that was a mapping', 'commit: $TRICKY\n', '1:9 commit: must be a mapping, not text'],
])('of the predecessor was valid, and is refused: %s', (_what, text, expected) => {
  expect(errorsOf(text).join('\n')).toContain(expected);
});

test.each(['us-.*[Pi]', '(us|eu)-\\w+', '(?:us)(?=-)', '[(?i)]', '\\\\A'])('%s is a pattern of ours too', (pattern) => {
  const text = `commit: {command: x, instance: {zone_regex: '${pattern}'}}`;
  expect(configOf(text).commit?.instance).toEqual({ zone_regex: pattern });
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

test('all errors are reported at once, with line and column and the key that was meant', () => {
  const text =
    'projct: p\ncommit:\n  comand: x\n  max_run: soon\n  setup: $NOPE\n  instance:\n    provisioning: cheap\n';
  expect(errorsOf(text)).toEqual([
    '1:1 unknown key projct; did you mean project?',
    '3:3 unknown key commit.comand; did you mean command?',
    '4:12 commit.max_run: not a duration: write 90, 30s, 15m, 2h or 1d',
    '5:10 $NOPE has no value: add NOPE=... to .env, set it in the environment, or write $$NOPE for a variable of the shell',
    expect.stringMatching(/^7:19 commit\.instance\.provisioning: .*spot/),
  ]);
});

test.each([
  ['commit: {comand: x}', 'commit.comand; did you mean command?'],
  ['commit: {command: x, output_repository: {ulr: y}}', 'commit.output_repository.ulr; did you mean url?'],
  [
    '{commit: {command: x}, dashboard: {links: [{nmae: a, url: "http://x"}], tunnel: {local_port_min: 1, remote_ports: [1]}}}',
    'dashboard.links.0.nmae; did you mean name?',
  ],
  ['{comit: {command: x}, profiles: {a: {commit: {setup: y}}}}', 'comit; did you mean commit?'],
  ['profiles: {a: {commit: {comand: y}}}', 'profiles.a.commit.comand; did you mean command?'],
  [
    '{commit: {command: x, output_repositry: {url: y}}, profiles: {a: {commit: {output_repository: {branch: b}}}}}',
    'commit.output_repositry; did you mean output_repository?',
  ],
  ['{instance_typs: {gpu: {}}, commit: {command: x, instance: gpu}}', 'instance_typs; did you mean instance_types?'],
])('%s: one mistake was reported twice, as a key that is unknown and one that is missing', (text, sentence) => {
  expect(errorsOf(text)).toEqual([
    expect.stringMatching(new RegExp(`^\\d+:\\d+ unknown key ${sentence.replace('?', '\\?')}`)),
  ]);
});

test('a key that is missing and one that is unknown and nothing like it are both told', () => {
  expect(errorsOf('commit: {colour: x}')).toEqual([
    expect.stringContaining('commit.command is missing'),
    expect.stringContaining('unknown key commit.colour; valid here: '),
  ]);
});

test('broken YAML is reported with its place', () => {
  expect(errorsOf('commit:\n  command: "x\n')).toEqual([expect.stringMatching(/^\d+:\d+ .*quote/)]);
});

test('a password in an address is refused: it would be readable in the run', () => {
  const [error] = errorsOf(
    'commit:\n  command: x\n  output_repository: {url: "https://ada:secret@example.org/a.git"}\n',
  );
  expect(error).toContain('leave it out of the address');
  expect(error).not.toContain('secret');
});

test.each<[string, string]>([
  ['commit: {command: x, machine_type: n2}', '1:22 unknown key commit.machine_type; it belongs under commit.instance'],
  ['command: x', '1:1 unknown key command; it belongs under commit'],
  ['profiles: {a: {instance: {}}}', '1:16 unknown key profiles.a.instance; it belongs under profiles.a.commit'],
  ['commit: {command: x, timeout: 1h}', '1:22 unknown key commit.timeout; did you mean max_run?'],
  ['commit: {command: x, instance: {gpu: t4}}', '1:33 unknown key commit.instance.gpu; did you mean accelerator?'],
  ['commit: {command: x, colour: red}', '1:22 unknown key commit.colour; valid here: command,'],
  [
    'commit: {command: x, instance: {disk: 200}}',
    '1:39 commit.instance.disk: must be a mapping, not a number: write {size: 200GB}',
  ],
  [
    'commit: {command: x, output_repository: git@github.com:me/r.git}',
    '1:41 commit.output_repository: must be a mapping, not text: write {url: git@github.com:me/results.git}',
  ],
  ['commit: run.sh', '1:9 commit: must be a mapping, not text'],
  ['commit:', '1:8 commit has no value'],
  ['commit: {command: [a]}', '1:19 commit.command: must be text, not a list'],
  ['commit: {command: 5}', '1:19 commit.command: must be text, not a number: put it in quotes'],
  ['commit: {command: ""}', '1:19 commit.command: is empty'],
  ['commit: {command: "  "}', '1:19 commit.command: is empty'],
  ['project: My Project', "1:10 project: not a project id: Google Cloud's console shows it beside the project's name"],
  [
    'project: $NOPE',
    '1:10 $NOPE has no value: add NOPE=... to .env, set it in the environment, or write $$NOPE for a variable of the shell',
  ],
  [
    'commit: {command: x, artifacts: yes}',
    '1:33 commit.artifacts: must be true or false, not text: write true or false',
  ],
  ['commit: {command: x, max_run: [1]}', '1:31 commit.max_run: not a duration: write 90, 30s, 15m, 2h or 1d'],
  ['commit: {command: x, max_run: 200d}', '1:31 commit.max_run: must be 100d or less'],
  ['commit: {command: x, max_run: 0}', '1:31 commit.max_run: not a duration: write 90, 30s, 15m, 2h or 1d'],
  ['commit: {command: x, max_parallel: 0}', '1:36 commit.max_parallel: must be 1 or more'],
  ['commit: {command: x, max_parallel: 1.5}', '1:36 commit.max_parallel: must be a whole number, not a fraction'],
  ['commit: {command: x, instance: [gpu]}', '1:32 commit.instance: must be text or a mapping, not a list'],
  [
    'commit: {command: x, instance: {disk: {size: big}}}',
    '1:46 commit.instance.disk.size: not a size: write 200GB, 1TB or 200 (gigabytes)',
  ],
  ['commit: {command: x, instance: {disk: {size: 5}}}', '1:46 commit.instance.disk.size: must be from 10 to 65536 GB'],
  [
    'commit: {command: x, instance: {provisioning: standrd}}',
    '1:47 commit.instance.provisioning: must be one of spot, standard, spot_then_standard; did you mean standard?',
  ],
  [
    'commit: {command: x, instance: {acelerator: a}}',
    '1:33 unknown key commit.instance.acelerator; did you mean accelerator?',
  ],
  [
    'commit: {command: x, instance: {zone_regex: "("}}',
    '1:45 commit.instance.zone_regex: not a valid regular expression',
  ],
  [
    'commit: {command: x, instance: {snapshot: a, image: b}}',
    '1:46 commit.instance.image: a disk is created from an image or from a snapshot, not both: remove one of them',
  ],
  [
    'commit: {command: x, instance: {image: "a b"}}',
    '1:40 commit.instance.image: not an image: write its name, family/NAME, or projects/P/global/images/family/NAME',
  ],
  [
    'commit: {command: x, instance: {accelerator_count: 2}}',
    '1:33 commit.instance.accelerator_count: needs accelerator (the GPU type) beside it, such as nvidia-tesla-t4',
  ],
  [
    'commit: {command: x, instance: {service_account: me}}',
    '1:50 commit.instance.service_account: not the e-mail address of a service account',
  ],
  [
    '{instance_types: {gpu: {}}, commit: {command: x, instance: gpuu}}',
    '1:60 commit.instance: no such instance type; did you mean gpu?',
  ],
  [
    '{instance_types: {gpu: {}}, commit: {command: x, instance: {type: zebra}}}',
    '1:67 commit.instance.type: no such instance type; its instance_types: gpu',
  ],
  [
    'instance_types: {"a b": {}}',
    '1:18 instance_types.a b: a name must have at most 40 letters, digits, _ and -, and begin with a letter',
  ],
  ['instance_types: {gpu: {type: x}}', '1:24 unknown key instance_types.gpu.type; did you mean machine_type?'],
  [
    'profiles: {gpu: {commit: {setup: x}}}',
    '1:26 profiles.gpu.commit.command is missing, and so is commit, from which it would be taken',
  ],
  [
    '{commit: {command: x}, profiles: {a: {commit: {output_repository: {branch: b}}}}}',
    'profiles.a.commit.output_repository.url is missing, and so is commit.output_repository',
  ],
  ['{commit: {command: x}, profiles: {a: {comit: {}}}}', 'unknown key profiles.a.comit; did you mean commit?'],
  ['notify: [http://example.org]', '1:10 notify.0: not an https address'],
  ['retention: {succeeded: long}', '1:24 retention.succeeded: not a duration'],
  [
    'dashboard: {links: [{name: x}], tunnel: {local_port_min: 1, remote_ports: [1]}}',
    '1:21 dashboard.links.0.url is missing',
  ],
  [
    'dashboard: {links: {}, tunnel: {local_port_min: 70000, remote_ports: []}}',
    '1:49 dashboard.tunnel.local_port_min: must be 65535 or less',
  ],
])('%s', (text, expected) => {
  expect(errorsOf(text).join('\n')).toContain(expected);
});

test('errors of the schema and of meaning come together, in the order of the file', () => {
  const text = 'commit:\n  command: x\n  instance: gpu\n  max_run: soon\nprofiles:\n  p: {commit: {instance: gpu}}\n';
  expect(errorsOf(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '3:13 commit.instance:',
    '4:12 commit.max_run:',
    '6:26 profiles.p.commit.instance:',
  ]);
});

test('no message shows a value: it may be a secret of .env', () => {
  const text = ['project', 'deployment', 'commit', 'profiles', 'notify', 'retention'].map((key) => `${key}: $SECRET`);
  text.push(
    'start: {idle: $SECRET, instance: {provisioning: $SECRET, service_account: $SECRET, disk: {size: $SECRET}}}',
  );
  const parsed = parseConfig(text.join('\n'), () => 'hunter 2');
  expect(JSON.stringify(parsed)).not.toContain('hunter');
  expect(parsed.ok ? 0 : parsed.errors.length).toBeGreaterThan(7);
});

test("a comment at the end of a command swallowed the notebook's path, also in a profile", () => {
  const text = 'commit:\n  command: "./run.sh # fast"\nprofiles:\n  gpu: {commit: {command: "./run.sh;"}}\n';
  expect(errorsOf(text)).toEqual([
    expect.stringMatching(/^2:12 commit\.command: ends in a comment, so no program receives the notebook's path/),
    expect.stringMatching(/^4:27 profiles\.gpu\.commit\.command: ends in `;`, so no program/),
  ]);
});
