// The agent of an instance from boot to ready, at the first boot and at later ones.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { destroyVms } from '../local-vm';
import { git } from '../start-vm';
import { freePort, INSTANCE_PREFIX, startInstance, type InstanceVm, type Service } from './start-instance';

afterEach(destroyVms);

/** A service that answers each path with 200, from Python's own library. */
const web = async (fields: Partial<Service> = {}): Promise<Service> => ({
  name: 'web',
  port: await freePort(),
  command: 'exec python3 -m http.server --bind "$MYMLOPS_BIND" "$MYMLOPS_PORT"',
  ...fields,
});

const ready = (vm: InstanceVm): Promise<void> => vm.until('ready', ({ phase }) => phase === 'serve');

const linesOf = (vm: InstanceVm, name: string): string[] =>
  readFileSync(join(vm.home, name), 'utf8').trimEnd().split('\n');

test('first boot: source, setup, start command, services; ready when each has answered', async () => {
  const vm = await startInstance({
    setup: 'echo setup >>~/steps; pwd >>~/steps',
    start: 'echo start >>~/steps',
    services: [await web(), await web({ name: 'other' })],
  });
  await ready(vm);
  expect(linesOf(vm, 'steps')).toEqual(['setup', join(vm.home, 'repo'), 'start']);
  expect(vm.newest()).toMatchObject({ attempt: 1, instance: 'cpu1', uid: 'abc123' });
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'source', 'setup', 'start', 'serve']);
  expect(vm.state().services).toEqual({
    web: { state: 'ready', restarts: 0 },
    other: { state: 'ready', restarts: 0 },
  });
  expect(vm.state().failure).toBeUndefined();
});

test('a second boot of the same disk runs start command and services, and no setup', async () => {
  const first = await startInstance({
    setup: 'echo setup >>~/steps',
    start: 'echo start >>~/steps',
    services: [await web()],
  });
  await ready(first);
  first.put('repo/work.txt', 'mine');
  const second = await first.boot();
  await ready(second);
  expect(linesOf(second, 'steps')).toEqual(['setup', 'start', 'start']);
  expect(Object.keys(second.state().phases)).toEqual(['boot', 'start', 'serve']);
  expect(readFileSync(join(second.home, 'repo/work.txt'), 'utf8')).toBe('mine');
});

test('a setup that fails is reported, and repeated at the next boot with the files of the first', async () => {
  const first = await startInstance({
    setup: 'echo setup >>~/steps; echo "no such package" >&2; [ -e ~/package ]',
    services: [await web()],
  });
  await first.until('a failure', ({ failure }) => failure !== undefined);
  expect(first.state().failure).toEqual({
    reason: 'setup-failed',
    message: 'The setup ended with exit code 1. Its last line: no such package',
  });
  first.put('package', '');
  first.put('repo/work.txt', 'mine');
  const second = await first.boot();
  await ready(second);
  expect(linesOf(second, 'steps')).toEqual(['setup', 'setup']);
  expect(second.state().failure).toBeUndefined();
  expect(existsSync(join(second.home, 'repo/work.txt'))).toBe(true);
});

test('a start command that fails leaves the VM on, and says so', async () => {
  const vm = await startInstance({ start: 'echo "no data" >&2; exit 7', services: [await web()] });
  await vm.until('a failure', ({ failure }) => failure !== undefined);
  expect(vm.state()).toMatchObject({
    phase: 'start',
    failure: { message: 'The start command ended with exit code 7. Its last line: no data' },
  });
  expect(vm.agent.exitCode).toBeNull();
});

test('a start command that takes long is reported, is not ended, and may yet succeed', async () => {
  const vm = await startInstance({
    start: 'until [ -e ~/go ]; do sleep 0.1; done',
    services: [await web()],
    constants: { LATE_SECONDS: 1 },
  });
  await vm.until('a failure', ({ failure }) => failure !== undefined);
  expect(vm.state().failure?.message).toMatch(/^The start command still runs after 1 s\. /);
  vm.put('go', '');
  await ready(vm);
  expect(vm.state().failure).toBeUndefined();
});

test('what the start command leaves running stays', async () => {
  const vm = await startInstance({ start: 'sleep 612 & echo $! >~/pid', services: [await web()] });
  await ready(vm);
  expect(existsSync(`/proc/${linesOf(vm, 'pid')[0]}`)).toBe(true);
});

test('a service that opens its port late is reported, and then ready', async () => {
  const service = await web();
  const vm = await startInstance({
    services: [{ ...service, command: `until [ -e ~/go ]; do sleep 0.1; done; ${service.command}` }],
    constants: { LATE_SECONDS: 1 },
  });
  await vm.until('a failure', ({ failure }) => failure !== undefined);
  expect(vm.state()).toMatchObject({ phase: 'start', services: { web: { state: 'starting', restarts: 0 } } });
  expect(vm.state().failure?.message).toContain(`The service web, port ${service.port}, has not answered within 1 s.`);
  vm.put('go', '');
  await ready(vm);
  expect(vm.state().failure).toBeUndefined();
});

test('a service that dies is started again, counted, and ready again', async () => {
  const service = await web();
  const vm = await startInstance({ services: [{ ...service, command: `echo $$ >~/pid; ${service.command}` }] });
  await ready(vm);
  process.kill(Number(linesOf(vm, 'pid')[0]), 'SIGKILL');
  await vm.until('down', ({ services }) => services?.['web']?.state === 'down');
  await vm.until('up', ({ services }) => services?.['web']?.state === 'ready' && services['web'].restarts === 1);
  expect(vm.state().phase).toBe('serve');
  const sent = (): string => vm.google.objects.get(`${INSTANCE_PREFIX}log.txt`)?.data.toString() ?? '';
  await vm.google.until(
    () => `the log: ${sent()}\n${vm.log()}`,
    () => sent().includes('the service web ended with exit code 137. It is started again in 1 s.'),
    20_000,
  );
});

test('a service that hangs is down, and ready once it answers', async () => {
  const service = await web();
  const vm = await startInstance({
    services: [{ ...service, command: `echo $$ >~/pid; ${service.command}` }],
    constants: { PROBE_SECONDS: 1, PROBE_LIMIT_SECONDS: 1 },
  });
  await ready(vm);
  const pid = Number(linesOf(vm, 'pid')[0]);
  process.kill(pid, 'SIGSTOP');
  await vm.until('down', ({ services }) => services?.['web']?.state === 'down');
  process.kill(pid, 'SIGCONT');
  await vm.until('down', ({ services }) => services?.['web']?.restarts === 0 && services['web'].state === 'ready');
});

test('an answer with 500 is not ready, one with 404 is', async () => {
  const vm = await startInstance({ services: [await web({ path: '/absent?a=b' })] });
  await ready(vm);
  expect(vm.state().services).toEqual({ web: { state: 'ready', restarts: 0 } });
});

test('the token is in the bucket and in the variable of the service, and the same at the next boot; the log hides it', async () => {
  const service = await web({ tokenVariable: 'JUPYTER_TOKEN' });
  const first = await startInstance({
    services: [
      { ...service, command: `echo "token $JUPYTER_TOKEN"; echo $JUPYTER_TOKEN >~/token; ${service.command}` },
    ],
  });
  await ready(first);
  const [token = ''] = linesOf(first, 'token');
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(first.google.text(`${INSTANCE_PREFIX}token`)).toBe(token);
  await first.google.until('the log', () => first.google.objects.has(`${INSTANCE_PREFIX}log.txt`));
  expect(first.sentLog()).toContain('token ***\n');
  expect(first.log()).not.toContain(token);
  const second = await first.boot();
  await ready(second);
  expect(linesOf(second, 'token')).toEqual([token]);
});

test('secrets and variables of the configuration reach start command and services, those of the setup only it', async () => {
  const service = await web();
  const vm = await startInstance({
    setup: 'echo "$COLOUR $SETUP_KEY" >~/setup',
    start: 'echo "$COLOUR $API_KEY ${SETUP_KEY-none}" >~/start',
    services: [{ ...service, command: `echo "$COLOUR $API_KEY \${SETUP_KEY-none}" >~/service; ${service.command}` }],
    metadata: {
      'mymlops-env-64': base64(`COLOUR=${base64('grün')}\n`),
      'mymlops-secrets': 'API_KEY',
      'mymlops-setup-secrets': 'SETUP_KEY',
    },
    prepare: (google) => {
      google.secrets.set('mymlops_API_KEY', 'hidden-value');
      google.secrets.set('mymlops_SETUP_KEY', 'hidden-setup');
    },
  });
  await ready(vm);
  expect(['setup', 'start', 'service'].flatMap((name) => linesOf(vm, name))).toEqual([
    'grün hidden-setup',
    'grün hidden-value none',
    'grün hidden-value none',
  ]);
});

test('the repository is cloned at the first boot, on its branch', async () => {
  const vm = await startInstance({
    start: 'git rev-parse --abbrev-ref HEAD >~/branch',
    prepare(google, folder) {
      const url = join(folder, 'origin');
      makeRepository(url);
      google.attributes.set('mymlops-repository-url-64', base64(url));
      google.attributes.set('mymlops-repository-branch-64', base64('side'));
    },
  });
  await ready(vm);
  expect(linesOf(vm, 'branch')).toEqual(['side']);
  expect(linesOf(vm, 'repo/train.py')).toEqual(['print(1)']);
});

test('a source that could not be had is fetched at the next boot, and what its user made meanwhile is kept', async () => {
  const vm = await startInstance({ metadata: { 'mymlops-repository-url-64': base64('/nowhere/origin') } });
  await vm.until('a failure', ({ failure }) => failure !== undefined);
  expect(vm.state().failure).toMatchObject({ reason: 'source-unavailable' });
  const url = join(vm.folder, 'origin');
  makeRepository(url);
  vm.google.attributes.set('mymlops-repository-url-64', base64(url));
  const second = await vm.boot();
  await ready(second);
  expect(linesOf(second, 'repo/train.py')).toEqual(['print(1)']);
});

test('a VM that was given up does nothing', async () => {
  const vm = await startInstance({
    start: 'touch ~/ran',
    prepare: (google) => google.put(`${INSTANCE_PREFIX}fenced`, '{}'),
  });
  expect(await vm.exited).toBe(0);
  expect(vm.google.reports).toEqual([]);
  expect(existsSync(join(vm.home, 'ran'))).toBe(false);
});

test('a VM that is given up while it serves ends its services, and goes', async () => {
  const service = await web();
  const vm = await startInstance({
    services: [{ ...service, command: `trap 'echo ended >~/ended; exit' TERM; ${service.command.slice(5)} & wait` }],
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  await ready(vm);
  vm.google.put(`${INSTANCE_PREFIX}fenced`, '{}');
  await vm.exited;
  expect(existsSync(join(vm.home, 'ended'))).toBe(true);
});

test('another VM of the same name and number does nothing', async () => {
  const vm = await startInstance({
    prepare: (google) => google.put(`${INSTANCE_PREFIX}claim`, '{"v":1,"vmId":"12"}'),
  });
  expect(await vm.exited).toBe(0);
  expect(vm.google.reports).toEqual([]);
});

test('the age of the decision counts at the first boot only', async () => {
  const longAgo = String(Math.floor(Date.now() / 1000) - 7200);
  const first = await startInstance();
  await ready(first);
  first.google.attributes.set('mymlops-decided-at', longAgo);
  await ready(await first.boot());
  const stale = await startInstance({ metadata: { 'mymlops-decided-at': longAgo } });
  expect(await stale.exited).toBe(0);
  expect(stale.google.reports).toEqual([]);
});

function makeRepository(folder: string): void {
  mkdirSync(folder);
  git(folder, 'init', '-q');
  writeFileSync(join(folder, 'train.py'), 'print(1)\n');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-qm', 'first');
  git(folder, 'branch', 'side');
}
