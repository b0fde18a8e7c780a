// The client process under signals, broken pipes and a cloud that restarts: what it says, its exit code, and the run.
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { connect, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { locate } from '../parts';
import { expectSettled } from './expect-settled';
import { EXECUTES, expectOk, newDesk, until, type Desk, type Running } from './desk';
import { withEndpoint } from './with-endpoint';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

interface ResultJson {
  run: string;
  status: string;
  exitCode: number;
}
const resultsOf = (stdout: string): ResultJson[] => JSON.parse(stdout) as ResultJson[];

/** A notebook that prints `first`, and after the file `name` is written `second`. */
function waitingNotebook(name: string): string {
  const file = JSON.stringify(`${desk.project}/${name}.go`);
  const wait = `import os, time\nprint("first", flush=True)\nwhile not os.path.exists(${file}): time.sleep(0.05)`;
  return desk.notebook(`${name}.ipynb`, [wait, 'print("second", flush=True)']);
}
const letGo = (name: string): void => desk.write(`${name}.go`, '');

const said = (running: Running, text: RegExp): Promise<string> =>
  until(`the client says ${text}`, () => text.exec(running.stderr())?.[0]);

const untilEnded = (run: string): Promise<string> =>
  until(`${run} has ended`, async () => {
    const document = await desk.show(run);
    return document.live ? undefined : document.status;
  });

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s while following: 130, the last words, and the run goes on',
  async (signal) => {
    const commit = desk.start('commit', waitingNotebook(signal), '--json');
    await said(commit, EXECUTES);
    commit.child.kill(signal);
    const { code, stdout, stderr } = await commit.finished;
    const [{ run, status, exitCode } = { run: '', status: '', exitCode: 0 }] = resultsOf(stdout);
    expect({ code, status, exitCode }).toEqual({ code: 130, status: 'running', exitCode: 130 });
    expect(stderr).toMatch(new RegExp(`${run} keeps running in the background[^]*logs -f ${run}[^]*cancel ${run}`));
    letGo(signal);
    expect(await untilEnded(run)).toBe('succeeded');
  },
);

test('SIGINT before anything was accepted: 130, an empty list, no run, no folder left', async () => {
  const before = (await desk.client('ps', '--json')).stdout;
  const temporary = join(desk.home, '../tmp'); // other programs use the computer's own
  mkdirSync(temporary);
  const { pid } = desk.endpoints();
  process.kill(pid, 'SIGSTOP');
  try {
    const shell = desk.withEnvironment({ TMPDIR: temporary });
    const commit = shell.start('commit', waitingNotebook('early'), '--json');
    await until('it has begun', () => readdirSync(temporary)[0]);
    commit.child.kill('SIGINT');
    expect(await commit.finished).toMatchObject({ code: 130, stdout: '[]\n' });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  expect(readdirSync(temporary)).toEqual([]);
  expect((await desk.client('ps', '--json')).stdout).toBe(before);
});

/** Linux only: how many connections over TCP the process has. */
function connectionsOf(pid: number): number {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => socketOf(`/proc/${pid}/fd/${fd}`));
  const table = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  const established = table.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === '01');
  return established.filter(([, , , , , , , , , inode]) => sockets.includes(inode)).length;
}

function socketOf(link: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1];
  } catch {
    return undefined; // closed meanwhile
  }
}

/** The local cloud answers nothing while `work` goes on. */
async function whileSilent(work: () => Promise<void>): Promise<void> {
  const { pid } = desk.endpoints();
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** Each with its status: when its VM goes is another matter. */
async function runsKnown(): Promise<string[]> {
  const runs = JSON.parse((await desk.client('ps', '--json')).stdout) as { run: string; status: string }[];
  return runs.map(({ run, status }) => `${run} ${status}`);
}

test.each<[NodeJS.Signals, string[]]>([
  ['SIGINT', ['pull', 'latest', 'pulled']],
  ['SIGTERM', ['publish', 'latest']],
  ['SIGINT', ['retry', 'latest']],
  ['SIGTERM', ['rm', 'latest']],
  ['SIGTERM', ['ps']],
])('%s while %j waits for an answer: 130, no words, and nothing was done', async (signal, words) => {
  const before = await runsKnown();
  expect(before).not.toEqual([]);
  await whileSilent(async () => {
    const verb = desk.start(...words);
    await until('it has connected', () => (connectionsOf(verb.child.pid ?? 0) > 0 ? true : undefined));
    verb.child.kill(signal);
    expect(await verb.finished).toEqual({ code: 130, stdout: '', stderr: '' });
  });
  expect(await runsKnown()).toEqual(before);
  expect(existsSync(join(desk.project, 'pulled'))).toBe(false);
});

test('SIGTERM while git lists the files of a snapshot: 130, no run, no folder left', async () => {
  const before = await runsKnown();
  const [temporary, atWork] = ['reading', 'at-work'].map((name) => join(desk.home, '..', name)) as [string, string];
  mkdirSync(temporary);
  const git = `#!/bin/sh\ncase " $* " in *' ls-files '*) echo $$ > "${atWork}"; exec sleep 600 ;; esac\nexec ${locate('git')} "$@"\n`;
  desk.write('../bin/git', git, 0o755);
  const path = `${join(desk.project, '../bin')}:${process.env['PATH']}`;
  const shell = desk.withEnvironment({ TMPDIR: temporary, PATH: path });
  const commit = shell.start('commit', desk.notebook('reading.ipynb', ['x = 1']), '--json');
  const waiting = await until(
    'git is at work',
    () => (existsSync(atWork) && Number(readFileSync(atWork))) || undefined,
  );
  try {
    commit.child.kill('SIGTERM');
    expect(await commit.finished).toMatchObject({ code: 130, stdout: '[]\n' });
  } finally {
    process.kill(waiting, 'SIGKILL');
  }
  expect(readdirSync(temporary)).toEqual([]);
  expect(await runsKnown()).toEqual(before);
});

/** Passes every call on to Pub/Sub. Of those after the first the answer is kept back, or they are refused and not passed on. */
async function proxyOf(
  address: string,
  later: 'kept-back' | 'refused',
): Promise<{ address: string; calls: () => number; close(): Promise<void> }> {
  const upstream = connect(`http://${address}`);
  const sessions = new Set<ServerHttp2Session>();
  let calls = 0;
  const server = createServer().on('session', (session) => void sessions.add(session));
  server.on('stream', (stream, headers) => {
    const isFirst = calls++ === 0;
    stream.on('error', () => undefined);
    if (!isFirst && later === 'refused') return stream.respond(PERMISSION_DENIED, { endStream: true });
    const call = upstream.request(headers);
    stream.pipe(call);
    if (!isFirst) return void call.resume();
    call.on('response', (response) => stream.respond(response, { waitForTrailers: true }));
    let trailers = {};
    call.on('trailers', (received) => (trailers = received));
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    call.pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PERMISSION_DENIED = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-status': '7',
  'grpc-message': 'not yours',
};

/** While three notebooks are committed, of which the first is accepted. */
async function whileCommittingThree(
  name: string,
  later: 'kept-back' | 'refused',
  work: (commit: Running, calls: () => number) => Promise<void>,
): Promise<void> {
  const proxy = await proxyOf(desk.endpoints().pubsub, later);
  const notebooks = [1, 2, 3].map((n) => desk.notebook(`${name}-${n}.ipynb`, ['x = 1']));
  try {
    await withEndpoint(desk, 'pubsub', proxy.address, () =>
      work(desk.start('commit', ...notebooks, '--json'), proxy.calls),
    );
  } finally {
    await proxy.close();
  }
}

test('503 but it happened: of three notebooks the first was lost from --json, and nothing named the second', () =>
  whileCommittingThree('many', 'kept-back', async (commit, calls) => {
    await until('the second is sent', () => (calls() > 1 ? true : undefined));
    commit.child.kill('SIGINT');
    const { code, stdout, stderr } = await commit.finished;
    expect(code).toBe(130);
    const [first, second, ...more] = resultsOf(stdout);
    expect([first, second, ...more]).toMatchObject([{ exitCode: 130 }, { status: 'unknown', exitCode: 101 }]);
    expect(stderr).toMatch(new RegExp(`${second?.run} .*may have been accepted[^]*cancel ${second?.run}`));
    expect(stderr).toContain('Not sent: many-3.ipynb');
    for (const { run } of [first, second].filter((result) => result !== undefined)) {
      await until('it has arrived', async () => ((await desk.client('show', run)).code === 0 ? true : undefined));
      expect(await untilEnded(run)).toBe('succeeded');
    }
  }));

test('of three notebooks the second is refused: 1, what was not sent is named, and the first is followed', async () => {
  const runIds = async (): Promise<string[]> => (await runsKnown()).map((line) => line.replace(/ .*/, ''));
  const before = await runIds();
  await whileCommittingThree('refused', 'refused', async (commit) => {
    const { code, stdout, stderr } = await commit.finished;
    const results = resultsOf(stdout);
    expect({ code, results }).toEqual({
      code: 1,
      results: [expect.objectContaining({ notebook: 'refused-1.ipynb', status: 'succeeded', exitCode: 0 })],
    });
    expect(stderr).toMatch(/not yours[^]*\nNot sent: refused-2\.ipynb, refused-3\.ipynb\n[^]*: succeeded after/);
    expect(await runIds()).toEqual([results[0]?.run, ...before]);
  });
});

test('a reader of stderr that has seen enough ended the client with 1', async () => {
  const commit = desk.start('commit', waitingNotebook('pipe'));
  await said(commit, EXECUTES);
  commit.child.stderr?.destroy();
  commit.child.stdout?.destroy();
  letGo('pipe');
  expect((await commit.finished).code).toBe(0);
});

test('logs -f ended with the local cloud that was killed', async () => {
  const { stdout } = await desk.client('commit', '--detach', waitingNotebook('logs'));
  const logs = desk.start('logs', '-f', stdout.trim());
  await until('the first line', () => (/^first$/m.test(logs.stdout()) ? true : undefined));
  process.kill(desk.endpoints().pid, 'SIGKILL');
  await said(logs, /has ended; starting it again/);
  letGo('logs');
  const finished = await logs.finished;
  expect(finished.code).toBe(0);
  expect(finished.stdout.match(/^(first|second)$/gm)).toEqual(['first', 'second']);
});

test('a cancel that overtook its commit was refused, and the notebook ran', async () => {
  const functions = desk.functionsChild();
  process.kill(functions, 'SIGSTOP');
  const commit = desk.start('commit', '--detach', desk.notebook('overtaken.ipynb', ['x = 1']));
  let run = '';
  try {
    run = await until('its id', () => /^\S+(?=\n)/.exec(commit.stdout())?.[0]);
    for (const words of [
      ['show', run],
      ['logs', '-f', run],
    ]) {
      expect(await desk.client(...words)).toMatchObject({
        code: 101,
        stderr: expect.stringContaining('not arrived yet'),
      });
    }
    const { code, stderr } = await desk.client('cancel', run);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${run} has not arrived yet; it will be cancelled when it does.\n`,
    });
  } finally {
    process.kill(functions, 'SIGCONT');
  }
  // It waits until the run is in the history, and `show` knows it from then on.
  expect(await commit.finished).toMatchObject({ code: 0, stdout: `${run}\n` });
  expectOk(await desk.client('show', run));
  expect(await untilEnded(run)).toBe('cancelled');
  await expectSettled(desk);
});

test('for a cancelled run, publish said for ever that it could push in a minute', async () => {
  const { stdout } = await desk.client('commit', '--detach', waitingNotebook('unpublished'));
  const run = stdout.trim();
  await until('it executes', async () =>
    (await desk.client('logs', run)).stdout.includes('first') ? true : undefined,
  );
  await desk.client('cancel', run);
  await untilEnded(run);
  const { code, stderr } = await desk.client('publish', run);
  expect({ code, stderr }).toEqual({
    code: 102,
    stderr: expect.stringMatching(`cannot be published.*pull ${run}`),
  });
});

test("another deployment's commands were sent to the cloud of this one", async () => {
  desk.write('elsewhere/mymlops.yml', 'project: local\ndeployment: other\ncommit:\n  command: x\n');
  const { code, stderr } = await desk.client('commit', desk.notebook('elsewhere/a.ipynb', ['x = 1']));
  expect(code).toBe(1);
  expect(stderr).toContain('runs deployment "mymlops", not "other"');
});

test('local down while the local cloud starts: it does not run afterwards', async () => {
  await desk.client('local', 'down');
  const up = desk.start('local', 'up', '--sweep-seconds', '1');
  await until('it has the folder', () => (desk.isOwned() ? true : undefined));
  expect(await desk.client('local', 'down')).toMatchObject({ code: 0, stderr: 'The local cloud has stopped.\n' });
  await up.finished;
  expect((await desk.client('local', 'status')).stdout).toContain('not running');
});
