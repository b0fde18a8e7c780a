// The process around a command: its signals, its pipes, its way out.
import { existsSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { type Process, main } from '../../client/src/cli';
import { withScratchFolder } from '../../client/src/scratch';
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

/** At the prompt of `local reset`, which waits for as long as nobody answers. */
async function atPrompt(): Promise<Host & Process> {
  const host = newHost(['local', 'reset'], { isTerminal: true });
  void main(host, NOWHERE);
  while (!host.said().includes('[y/N]')) await new Promise((resolve) => host.stderr.once('data', resolve));
  return host;
}

test('Ctrl-C at a prompt was told as a defect, with a stack', async () => {
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
  expect(host.said()).toMatch(/no Your account lacks the permission/);
});

test('a reader of stdout or stderr that has gone ended the client', async () => {
  const host = await atPrompt();
  host.stderr.emit('error', brokenPipe);
  host.stdout.emit('error', brokenPipe);
  host.stdin.write('n\n');
  expect(await host.exited).toBe(1);
  expect(host.said()).toContain('Nothing was changed.');
});

test('another failure of stdout is not passed over', async () => {
  const host = await atPrompt();
  const full = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
  expect(() => host.stdout.emit('error', full)).toThrow('ENOSPC');
  host.stdin.write('\u0003');
  await host.exited;
});

test('leaving at the second Ctrl-C left a copy of the sources behind', async () => {
  const context = { beforeExit: new Set<() => void>() };
  let onMade = (_folder: string): void => undefined;
  const made = new Promise<string>((resolve) => (onMade = resolve));
  let onDone = (): void => undefined;
  const done = new Promise<void>((resolve) => (onDone = resolve));
  const working = withScratchFolder(context, async (folder) => {
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
