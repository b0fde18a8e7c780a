// Ctrl-C while Terraform works, and a program that does not start.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTerraform } from '../../../../client/src/deployment/terraform/run-terraform';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-run-terraform-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Says that it is ready; at SIGINT it writes its state and ends. */
const PATIENT = `#!/bin/sh
trap 'echo interrupted >> signals; echo state > written; exit 1' INT
echo '{"@level":"info","type":"ready"}'
while :; do sleep 0.05; done
`;

function optionsFor(path: string, signal: AbortSignal, onMessage?: () => void) {
  const said: string[] = [];
  const program = { path, name: 'terraform' as const, version: '1.11.4' };
  const say = (line: string): void => void said.push(line);
  const env = { PATH: process.env['PATH'] };
  const unfinished = new Set<object>();
  return { said, options: { program, folder, env, say, signal, unfinished, ...(onMessage && { onMessage }) } };
}

test('Ctrl-C asks it once to end, says so, and waits until its state is written', async () => {
  const path = join(folder, 'terraform');
  writeFileSync(path, PATIENT);
  chmodSync(path, 0o755);
  const abort = new AbortController();
  const left: number[] = [];
  const { said, options } = optionsFor(path, abort.signal, () => {
    left.push(options.unfinished.size);
    abort.abort();
  });
  await expect(runTerraform(['apply'], options)).rejects.toMatchObject({ exitCode: 130 });
  expect(existsSync(join(folder, 'written'))).toBe(true);
  // The process of the client waits for it, and then for nothing more.
  expect([...left, options.unfinished.size]).toEqual([1, 0]);
  expect(readFileSync(join(folder, 'signals'), 'utf8')).toBe('interrupted\n');
  expect(said).toEqual([
    'Waiting for terraform, which finishes what it has begun and writes its state. A second Ctrl-C leaves it alone with that.',
  ]);
});

test('it does not write to a pipe, whose end would end it in the middle of its work', async () => {
  const path = join(folder, 'terraform');
  const line = '{"@level":"info","type":"one","@message":"ä"}';
  writeFileSync(
    path,
    `#!/bin/sh\n[ -f /dev/stdout ] && [ -f /dev/stderr ] || echo pipe\necho '${line}'\nprintf 'last line'`,
  );
  chmodSync(path, 0o755);
  const messages: object[] = [];
  const { options } = optionsFor(path, new AbortController().signal);
  const ran = await runTerraform(['show'], { ...options, onMessage: (message) => void messages.push(message) });
  expect({ ...ran, messages }).toEqual({ code: 0, text: 'last line', errors: [], messages: [JSON.parse(line)] });
});

test('its process is noted in its folder, which is not removed while it lives', async () => {
  const path = join(folder, 'terraform');
  writeFileSync(path, '#!/bin/sh\necho $$ > pid');
  chmodSync(path, 0o755);
  await runTerraform(['plan'], optionsFor(path, new AbortController().signal).options);
  const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
  expect(readFileSync(join(folder, 'processes.txt'), 'utf8')).toMatch(new RegExp(`-${pid}-\n$`));
});

test('one that somebody killed says so, and how to go on: it has no message of its own', async () => {
  const path = join(folder, 'terraform');
  writeFileSync(path, '#!/bin/sh\nkill -9 $$');
  chmodSync(path, 0o755);
  const { options } = optionsFor(path, new AbortController().signal);
  await expect(runTerraform(['apply'], options)).rejects.toMatchObject({
    name: 'ExpectedError',
    message: expect.stringMatching(/^terraform was killed \(SIGKILL\).* Start `deploy` again/),
  });
  expect(options.unfinished.size).toBe(0);
});

test('a program that is not there: an error with its path', async () => {
  const path = join(folder, 'absent');
  const { options } = optionsFor(path, new AbortController().signal);
  const message = expect.stringContaining(`${path} could not be started`);
  await expect(runTerraform(['plan'], options)).rejects.toMatchObject({ name: 'ExpectedError', message });
});
