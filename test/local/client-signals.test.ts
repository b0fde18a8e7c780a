// The client process under signals, broken pipes and a cloud that restarts: what it says, its exit code, and the run.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expectAtRest } from './at-rest';
import { newDesk, until, type Desk, type Running } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
}, 60_000);
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
    await said(commit, /execute/);
    commit.child.kill(signal);
    const { code, stdout, stderr } = await commit.finished;
    const [{ run, status, exitCode } = { run: '', status: '', exitCode: 0 }] = resultsOf(stdout);
    expect({ code, status, exitCode }).toEqual({ code: 130, status: 'running', exitCode: 130 });
    expect(stderr).toMatch(new RegExp(`${run} goes on without this terminal[^]*logs -f ${run}[^]*cancel ${run}`));
    letGo(signal);
    expect(await untilEnded(run)).toBe('succeeded');
  },
  60_000,
);

test('SIGINT before anything was accepted: 130, an empty list, no run, no folder left', async () => {
  const before = (await desk.client('ps', '--json')).stdout;
  const temporary = join(desk.home, '../tmp'); // other programs use the machine's own
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
}, 60_000);

/** Passes every call on to Pub/Sub, and keeps back all answers but the first. */
async function forgetfulProxy(
  address: string,
): Promise<{ address: string; calls: () => number; close(): Promise<void> }> {
  const upstream = connect(`http://${address}`);
  const sessions = new Set<ServerHttp2Session>();
  let calls = 0;
  const server = createServer().on('session', (session) => void sessions.add(session));
  server.on('stream', (stream, headers) => {
    const isAnswered = calls++ === 0;
    const call = upstream.request(headers);
    stream.pipe(call);
    stream.on('error', () => undefined);
    if (!isAnswered) return void call.resume();
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

test('503 but it happened: of three notebooks the first was lost from --json, and nothing named the second', async () => {
  const endpoints = desk.endpoints();
  const file = join(desk.home, 'endpoints.json');
  const proxy = await forgetfulProxy(endpoints.pubsub);
  const notebooks = [1, 2, 3].map((n) => desk.notebook(`many-${n}.ipynb`, ['x = 1']));
  try {
    writeFileSync(file, JSON.stringify({ ...endpoints, pubsub: proxy.address }));
    const commit = desk.start('commit', ...notebooks, '--json');
    await until('the second is sent', () => (proxy.calls() > 1 ? true : undefined));
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
  } finally {
    writeFileSync(file, JSON.stringify(endpoints));
    await proxy.close();
  }
}, 60_000);

test('a reader of stderr that has seen enough ended the client with 1', async () => {
  const commit = desk.start('commit', waitingNotebook('pipe'));
  await said(commit, /execute/);
  commit.child.stderr?.destroy();
  commit.child.stdout?.destroy();
  letGo('pipe');
  expect((await commit.finished).code).toBe(0);
}, 60_000);

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
}, 60_000);

test('a cancel that overtook its commit was refused, and the notebook ran', async () => {
  const functions = desk.functionsChild();
  process.kill(functions, 'SIGSTOP');
  let run = '';
  try {
    run = (await desk.client('commit', '--detach', desk.notebook('overtaken.ipynb', ['x = 1']))).stdout.trim();
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
      stderr: `${run} was not seen yet; it will be cancelled when it arrives.\n`,
    });
  } finally {
    process.kill(functions, 'SIGCONT');
  }
  await until('it has arrived', async () => ((await desk.client('show', run)).code === 0 ? true : undefined));
  expect(await untilEnded(run)).toBe('cancelled');
  await expectAtRest(desk);
}, 60_000);

test('a cancelled run was said to be publishable in a minute, for ever', async () => {
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
    stderr: expect.stringMatching(`never will be published.*pull ${run}`),
  });
}, 60_000);

test("another deployment's commands were sent to the cloud of this one", async () => {
  desk.write('elsewhere/mymlops.yml', 'project: local\ndeployment: other\ncommit:\n  command: x\n');
  const { code, stderr } = await desk.client('commit', desk.notebook('elsewhere/a.ipynb', ['x = 1']));
  expect(code).toBe(1);
  expect(stderr).toContain('is the home of the deployment mymlops, not of other');
});

test('local down while the local cloud starts: it does not run afterwards', async () => {
  await desk.client('local', 'down');
  const up = desk.start('local', 'up', '--sweep-seconds', '1');
  await until('it has the folder', () => (desk.isOwned() ? true : undefined));
  expect(await desk.client('local', 'down')).toMatchObject({ code: 0, stderr: 'The local cloud has stopped.\n' });
  await up.finished;
  expect((await desk.client('local', 'status')).stdout).toContain('not running');
}, 60_000);
