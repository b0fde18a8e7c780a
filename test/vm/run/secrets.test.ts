// Secrets and variables of a run: who gets them, what the log shows, and where no value is left.
import { execFileSync } from 'node:child_process';
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyVms, startVm, type Vm } from '../start-vm';

afterEach(destroyVms);

const VALUE = 'v4lue-of-the-secret';

const withSecrets = (secrets: Record<string, string>) => (google: Vm['google']) => {
  for (const [name, value] of Object.entries(secrets)) google.secrets.set(`mymlops_${name}`, value);
};

/** Files below a folder that hold a text. */
function filesWith(text: string, folder: string): string[] {
  try {
    return execFileSync('grep', ['-rlaF', '-e', text, folder], { encoding: 'utf8' }).trim().split('\n');
  } catch (error) {
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}

const everythingOn = ({ google }: Vm): string =>
  [...google.objects.values()].map(({ data }) => data.toString('latin1')).join('\n') + JSON.stringify(google.reports);

test('the command gets its secrets, setup none of them, and the log shows ***', async () => {
  const vm = await startVm({
    command:
      'printf %s "$API_KEY" | wc -c > notebooks/artifacts/size; printf "%s\\n" "key $API_KEY, $API_KEY!"; env | grep -c OTHER; echo end; :',
    metadata: {
      'mymlops-secrets': 'API_KEY',
      'mymlops-setup-64': base64('echo "setup has ${API_KEY-none}"'),
    },
    prepare: withSecrets({ API_KEY: VALUE, OTHER: 'x' }),
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 0 });
  expect(vm.result('artifacts/size').trim()).toBe(String(VALUE.length));
  expect(vm.result('log.txt')).toBe('setup has none\nkey ***, ***!\n0\nend\n');
  expect(vm.google.secretsRead).toEqual(['mymlops_API_KEY']);
  expect(everythingOn(vm)).not.toContain(VALUE);
  expect(filesWith(VALUE, vm.folder)).toEqual([]);
});

test('setup gets its own secrets, and the command none of those', async () => {
  const vm = await startVm({
    command: 'echo "command has ${TOKEN-none}"; :',
    metadata: { 'mymlops-setup-secrets': 'TOKEN', 'mymlops-setup-64': base64('echo "setup has $TOKEN"') },
    prepare: withSecrets({ TOKEN: VALUE }),
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('setup has ***\ncommand has none\n');
});

test('a value is in no argument and in the environment of the command and its descendants alone', async () => {
  const look = `for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do if tr '\\\\000' '\\\\n' < "$file" 2>/dev/null | grep -q "$(printf %s 'v4lue-of-the'; printf %s '-secret')"; then p=\${file#/proc/}; echo "\${file##*/} \${p%%/*}"; fi; done > notebooks/artifacts/found; sleep 0; `;
  const vm = await startVm({
    files: {
      'look.sh': `bash -c '${look.replaceAll("'", "'\\''")}' & pid=$!; wait; echo "$$ $pid" > notebooks/artifacts/pids`,
    },
    command: 'bash look.sh; :',
    metadata: { 'mymlops-secrets': 'API_KEY' },
    prepare: withSecrets({ API_KEY: VALUE }),
  });
  await vm.ended();
  const found = vm.result('artifacts/found').trim().split('\n');
  expect(found.filter((line) => !line.startsWith('environ '))).toEqual([]);
  const [own = '', child = ''] = vm.result('artifacts/pids').trim().split(' ');
  expect(found).toEqual(expect.arrayContaining([`environ ${own}`, `environ ${child}`]));
  // Besides the two, only the shell of the command itself, and the programs of the search.
  expect(found.length).toBeLessThan(8);
  expect(vm.log()).not.toContain(VALUE);
});

/** Of four bytes each; no two are the same. */
const manyLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${(index + 46_656).toString(36)}\n`).join('');

test.each<[string, string, string, string]>([
  ['with characters that sed knows', 'a.b*[c]^$/\\&,d', '%s|a.b*[x', '***|a.b*[x'],
  ['of several lines', '-----BEGIN\n}\nsecond line\n', '%s', '***\n}\n***\n'],
  ['of one character', '§', 'x%sy', 'x***y'],
  ['with line breaks at its end', 'abcde\n\n', '%s.', '***\n\n.'],
  ['of short lines only', '12\n\n34\n', '<%s>', '<***\n\n***\n>'],
  ['that ends as lines of Windows do', '123\r\n', '<%s>', '<***\r\n>'],
  ['of 64 KiB in one line', manyLines(16_384).replaceAll('\n', ''), '<%s>', `<${'***'.repeat(65)}>`],
])('a value %s reaches the command as it is, and the log without it', async (_what, value, format, shown) => {
  const vm = await startVm({
    command: `printf '${format}' "$V" ; printf %s "$V" > notebooks/artifacts/v; :`,
    metadata: { 'mymlops-secrets': 'V' },
    prepare: withSecrets({ V: value }),
  });
  await vm.ended();
  expect(vm.result('artifacts/v')).toBe(value);
  expect(vm.result('log.txt').trimEnd()).toBe(shown.trimEnd());
});

test('one value is the beginning of another: both are hidden whole', async () => {
  const vm = await startVm({
    command: 'echo "$LONG $SHORT"; :',
    metadata: { 'mymlops-secrets': 'SHORT:LONG' },
    prepare: withSecrets({ SHORT: 'abcd', LONG: 'abcdefgh' }),
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('*** ***\n');
});

test('the last line of a failed command shows no secret either', async () => {
  const vm = await startVm({
    command: 'echo "bad key $API_KEY" >&2; exit 3;',
    metadata: { 'mymlops-secrets': 'API_KEY' },
    prepare: withSecrets({ API_KEY: VALUE }),
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 3, lastLine: 'bad key ***' });
});

test('a service that setup leaves running still writes its log without the secret', async () => {
  const vm = await startVm({
    command: 'touch go; until [ -e gone ]; do sleep 0.01; done; echo "command $OTHER"; :',
    metadata: {
      'mymlops-setup-secrets': 'TOKEN',
      'mymlops-secrets': 'OTHER',
      'mymlops-setup-64': base64(
        '(until [ -e go ]; do sleep 0.01; done; echo "service $TOKEN"; touch gone) & echo started',
      ),
    },
    prepare: withSecrets({ TOKEN: VALUE, OTHER: 'another one' }),
  });
  await vm.ended();
  const log = vm.result('log.txt');
  expect(log.split('\n').toSorted()).toEqual(['', 'command ***', 'service ***', 'started']);
});

test('a secret that does not exist ends the run before its command, with the line that stores it', async () => {
  const vm = await startVm({
    command: 'touch ran; :',
    metadata: { 'mymlops-secrets': 'API_KEY:ABSENT' },
    prepare: withSecrets({ API_KEY: VALUE }),
  });
  await vm.ended();
  const outcome = vm.google.outcomeOf(PREFIX);
  expect(outcome.failure).toEqual({
    reason: 'secret-unavailable',
    message: 'The secret ABSENT does not exist. Store it: mymlops-client secrets set ABSENT',
  });
  expect(outcome.command).toBeUndefined();
  expect(everythingOn(vm)).not.toContain(VALUE);
});

test('one for setup that does not exist ends the run before setup', async () => {
  const vm = await startVm({
    metadata: { 'mymlops-setup-secrets': 'ABSENT', 'mymlops-setup-64': base64('echo setup ran') },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure).toMatchObject({ reason: 'secret-unavailable' });
  expect(vm.result('log.txt')).not.toMatch(/^(setup )?ran/m);
});

test('a right that the VM lacks is named', async () => {
  const vm = await startVm({
    hurried: true,
    metadata: { 'mymlops-secrets': 'API_KEY' },
    prepare(google) {
      google.refusal = "Permission 'secretmanager.versions.access' denied for resource 'x' (or it may not exist).";
      google.fault = ({ path }) => (path.includes('/secrets/') ? 403 : null);
    },
  });
  await vm.ended();
  const { message = '' } = vm.google.outcomeOf(PREFIX).failure ?? {};
  expect(message).toContain('The VM may not read the secret API_KEY: ');
  expect(message).toContain("Permission 'secretmanager.versions.access' denied");
  expect(message).toContain('mymlops-client secrets set API_KEY');
});

test('the agent calls Secret Manager again after an outage of a moment', async () => {
  const vm = await startVm({
    command: 'echo "got $API_KEY"; :',
    metadata: { 'mymlops-secrets': 'API_KEY' },
    prepare(google) {
      withSecrets({ API_KEY: VALUE })(google);
      google.fault = ({ path, count }) => (path.includes('/secrets/') && count === 1 ? 503 : null);
    },
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('got ***\n');
});

test('an answer that was cut was taken for the value: the command got an empty one', async () => {
  const vm = await startVm({
    hurried: true,
    command: 'printf %s "$API_KEY" > notebooks/artifacts/v; :',
    metadata: { 'mymlops-secrets': 'API_KEY' },
    prepare(google) {
      withSecrets({ API_KEY: VALUE })(google);
      google.fault = ({ path, count }) => (path.includes('/secrets/') && count === 1 ? 'cut' : null);
    },
  });
  await vm.ended();
  expect(vm.result('artifacts/v')).toBe(VALUE);
});

test("names of the agent's own variables were taken for them", async () => {
  const names = ['out', 'log', 'index', 'names', 'secret_names', 'PYTHON', 'METADATA', 'line', 'repo', 'LC_ALL'];
  const vm = await startVm({
    command: `for name in ${names.join(' ')}; do printf "%s is %s\\n" "$name" "$(printenv "$name")"; done; :`,
    metadata: {
      'mymlops-env-64': base64(
        names
          .slice(5)
          .map((name) => `${name}=${base64(`${name}!`)}\n`)
          .join(''),
      ),
      'mymlops-secrets': names.slice(0, 5).join(':'),
    },
    prepare: withSecrets(Object.fromEntries(names.map((name) => [name, `${name}-value`]))),
  });
  await vm.ended();
  expect(vm.result('log.txt').replace(/^.*setlocale.*\n/gm, '')).toBe(
    names.map((name, index) => `${name} is ${index < 5 ? '***' : `${name}!`}\n`).join(''),
  );
});

test('variables of the configuration reach setup and the command', async () => {
  const vm = await startVm({
    command: 'echo "command $LEVEL|$TEXT"; :',
    metadata: {
      'mymlops-env-64': base64(`LEVEL=${base64('3')}\nTEXT=${base64('a "b"\nü')}\n`),
      'mymlops-setup-64': base64('echo "setup $LEVEL"'),
    },
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe('setup 3\ncommand 3|a "b"\nü\n');
});

test('the log was lost where a value had 64 KiB in short lines', async () => {
  const vm = await startVm({
    command: 'printf %s "$V" | head -n 300; echo end; :',
    metadata: { 'mymlops-secrets': 'V' },
    prepare: withSecrets({ V: manyLines(13_107) }),
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe(`${'***\n'.repeat(300)}end\n`);
});

test('the log was lost where its last line was long and there was much to replace', async () => {
  const vm = await startVm({
    command: `head -c 3000000 /dev/zero | tr '\\000' x; echo; seq 3000; exit 3;`,
    metadata: { 'mymlops-secrets': 'V' },
    prepare: withSecrets({ V: manyLines(2000) }),
  });
  await vm.ended();
  const lines = vm.result('log.txt').split('\n');
  expect([lines.length, lines[0]?.length, lines.at(-2)]).toEqual([3002, 3_000_000, '3000']);
  expect(vm.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 3, lastLine: '3000' });
});

test('a value with a NUL byte reached the command without it', async () => {
  const vm = await startVm({ metadata: { 'mymlops-secrets': 'V' }, prepare: withSecrets({ V: 'a\0b' }) });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure).toEqual({
    reason: 'secret-unavailable',
    message: 'The secret V has a NUL byte. No variable can hold one: store it in another form, for example as base64.',
  });
});

test('values that no process can be started with failed as if the command had', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `V${index}`);
  const vm = await startVm({
    metadata: { 'mymlops-secrets': names.join(':') },
    prepare: withSecrets(Object.fromEntries(names.map((name) => [name, 'x'.repeat(65_000)]))),
  });
  await vm.ended();
  const outcome = vm.google.outcomeOf(PREFIX);
  expect(outcome.failure).toEqual({
    reason: 'secret-unavailable',
    message:
      'The secrets have 520016 bytes together, and variables cannot hold more than 500000. Put the largest into a bucket.',
  });
  expect(outcome.command).toBeUndefined();
});

test('a core dump of the agent would have held the values; the command keeps its own limit', async () => {
  const vm = await startVm({
    command:
      'ulimit -S -c; agent=$(ps -o ppid= -p "$PPID" | tr -d " "); sed -n "s/^Max core file size *\\([^ ]*\\).*/agent \\1/p" "/proc/$agent/limits"; :',
    metadata: { 'mymlops-secrets': 'V' },
    prepare: withSecrets({ V: VALUE }),
  });
  await vm.ended();
  expect(vm.result('log.txt')).toBe(`${execFileSync('bash', ['-c', 'ulimit -S -c']).toString()}agent 0\n`);
});
