// The process around a command: its signals, its pipes, its way out.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Process } from '../../client/src/core/process';
import { main, terminalOf } from '../../client/src/main';
import { withTempFolder } from '../../client/src/files/temp-folder';
import { useTempFolders } from './temp-folder';

const tempFolder = useTempFolders();

interface Host extends EventEmitter {
  stdin: PassThrough;
  stdout: PassThrough;
  stderr: PassThrough;
  said: () => string;
  printed: () => string;
  exited: Promise<number>;
}

function newHost(args: string[], { isTerminal = false, env = {} } = {}): Host & Process {
  const stream = (): PassThrough => Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 80 });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  const text = (from: PassThrough): (() => string) => {
    let all = '';
    from.on('data', (chunk: Buffer) => (all += chunk.toString()));
    return () => all;
  };
  const folder = tempFolder();
  let onExit = (_code: number): void => undefined;
  const exited = new Promise<number>((resolve) => (onExit = resolve));
  return Object.assign(new EventEmitter(), {
    argv: ['node', 'mymlops-client', ...args],
    env: { PATH: process.env['PATH'], HOME: folder, ...env },
    cwd: () => folder,
    exit: (code: number) => onExit(code),
    stdin,
    stdout,
    stderr,
    said: text(stderr),
    printed: text(stdout),
    exited,
  }) as unknown as Host & Process;
}

const NOWHERE = '/nonexistent/main.mjs';
const brokenPipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

/** At the prompt of `local reset`, which waits for as long as nobody answers. */
async function atPrompt(): Promise<Host & Process> {
  const host = newHost(['local', 'reset'], { isTerminal: true });
  void main(host, NOWHERE);
  while (!host.said().includes('[y/N]')) await new Promise((resolve) => host.stderr.once('data', resolve));
  return host;
}

test('Ctrl-C at a prompt was reported as a defect, with a stack', async () => {
  const host = await atPrompt();
  host.stdin.write('\u0003');
  expect(await host.exited).toBe(130);
  expect(host.said()).not.toContain('defect');
});

test('Ctrl-D at a prompt is no', async () => {
  const host = await atPrompt();
  host.stdin.write('\u0004');
  expect(await host.exited).toBe(1);
  expect(host.said()).toContain('Nothing was changed.');
});

test.each(['uncaughtException', 'unhandledRejection'])('%s: Node.js showed a line of our bundle', async (event) => {
  const host = await atPrompt();
  host.emit(event, Object.assign(new Error('7 PERMISSION_DENIED: no'), { code: 7 }));
  expect(await host.exited).toBe(1);
  expect(host.said()).toMatch(/no\. Your account lacks the permission/);
});

test("the libraries' environment names the login in CLOUDSDK_CONFIG", async () => {
  const folder = tempFolder();
  const file = join(folder, 'application_default_credentials.json');
  writeFileSync(file, '{}');
  const host = newHost(['--version'], { env: { CLOUDSDK_CONFIG: folder } });
  void main(host, NOWHERE);
  await host.exited;
  expect(host.env['GOOGLE_APPLICATION_CREDENTIALS']).toBe(file);
});

test('a reader of stderr that has gone ended the client', async () => {
  const host = await atPrompt();
  host.stderr.emit('error', brokenPipe);
  host.stdin.write('n\n');
  expect(await host.exited).toBe(1);
  expect(host.said()).toContain('Nothing was changed.');
});

test.each([
  ['`ps > /dev/full` ended with 0', full, { code: 1, said: `Cannot write to stdout: ${full.message}\n` }],
  ['`ps | head -1` ended with 1', brokenPipe, { code: 0, said: '' }],
])('%s', async (_what, failure, ended) => {
  const host = newHost(['--help']);
  host.stdout.write = (_text: unknown, done?: unknown) => {
    if (typeof done === 'function') (done as () => void)();
    else host.stdout.emit('error', failure);
    return true;
  };
  void main(host, NOWHERE);
  expect({ code: await host.exited, said: host.said() }).toEqual(ended);
});

test('a stderr that takes nothing changes no exit code', async () => {
  const host = newHost(['comit']);
  host.stderr.on('data', () => host.stderr.emit('error', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })));
  void main(host, NOWHERE);
  expect(await host.exited).toBe(2);
});

test('a working folder that was removed was reported as uv_cwd', async () => {
  const gone = (): string => {
    throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
  };
  const host = Object.assign(newHost(['ps']), { cwd: gone });
  await main(host, NOWHERE);
  expect(await host.exited).toBe(1);
  expect(host.said()).toBe('The current folder no longer exists. Change to another folder.\n');
});

test("a notebook's bytes reached the terminal in the sentence that it is not JSON", async () => {
  const host = newHost(['commit', 'a.ipynb']);
  writeFileSync(join(host.cwd(), 'mymlops.yml'), 'project: local\ncommit:\n  command: x\n');
  writeFileSync(join(host.cwd(), 'a.ipynb'), '\u001b]0;title\u0007\u009b31m');
  await main(host, NOWHERE);
  expect(await host.exited).toBe(1);
  expect(host.said()).toMatch(/^a\.ipynb is not a notebook: it is not JSON [ -~]+\n$/);
});

test.each([
  [{ HTTP_PROXY: 'http://proxy:1' }, '127.0.0.1,localhost,::1'],
  [{ https_proxy: 'http://proxy:1', NO_PROXY: 'a', no_proxy: 'b, a' }, 'a,b,127.0.0.1,localhost,::1'],
])('with %j calls to this computer went to the proxy', async (env, exceptions) => {
  const host = newHost(['--version'], { env });
  await main(host, NOWHERE);
  expect(host.env).toMatchObject({ NO_PROXY: exceptions, no_proxy: exceptions });
});

test("warnings of Node.js stood between a command's lines", async () => {
  const host = newHost(['--version']);
  host.on('warning', () => host.stderr.write('(node:1) MetadataLookupWarning'));
  await main(host, NOWHERE);
  host.emit('warning', new Error('received unexpected error'));
  expect(host.said()).toBe('');
});

test("Google's libraries each took another proxy; gRPC wrote to stderr by itself", async () => {
  const host = newHost(['--version'], { env: { HTTPS_PROXY: 'proxy:3128', http_proxy: 'http://other:1' } });
  await main(host, NOWHERE);
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  expect(names.map((name) => host.env[name])).toEqual(names.map(() => 'http://proxy:3128/'));
  expect(host.env['GRPC_VERBOSITY']).toBe('NONE');
});

test('leaving at the second Ctrl-C left a copy of the sources behind', async () => {
  const context = { beforeExit: new Set<() => void>() };
  let onMade = (_folder: string): void => undefined;
  const made = new Promise<string>((resolve) => (onMade = resolve));
  let onDone = (): void => undefined;
  const done = new Promise<void>((resolve) => (onDone = resolve));
  const working = withTempFolder(context, async (folder) => {
    onMade(folder);
    await done;
  });
  const folder = await made;
  expect(existsSync(folder)).toBe(true);
  for (const work of context.beforeExit) work();
  expect(existsSync(folder)).toBe(false);
  onDone();
  await working;
  expect(context.beforeExit.size).toBe(0);
});

test('work that was given up made its folder anew after it was removed', async () => {
  const context = { beforeExit: new Set<() => void>() };
  let made = '';
  const working = withTempFolder(context, (folder) => {
    made = folder;
    return Promise.reject(new Error('interrupted'));
  });
  await expect(working).rejects.toThrow('interrupted');
  mkdirSync(made);
  for (const work of context.beforeExit) work();
  expect(existsSync(made)).toBe(false);
});

test.each([
  ['a terminal', { isTerminal: true, env: { TERM: 'xterm' } }, true],
  ['a dumb terminal, which cannot take a line away', { isTerminal: true, env: { TERM: 'dumb' } }, false],
  ['a file', { isTerminal: false }, false],
])('a live line on %s', (_what, options, isLive) => {
  const host = newHost(['ps'], options);
  const surroundings = { host, stderr: () => host.stderr };
  const { terminal } = terminalOf(surroundings, () => undefined, new AbortController().signal);
  expect(terminal() !== undefined).toBe(isLive);
});
