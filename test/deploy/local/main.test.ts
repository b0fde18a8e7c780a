// The local cloud as a process: how it starts, what a kill leaves behind, and when it exits.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { Firestore, v1 } from '@google-cloud/firestore';
import { PassThroughClient } from 'google-auth-library';
import { createAuth } from '../../../deploy/local/shared/auth';
import type { FunctionCall, Place } from './cloud-process';
import { childrenOf, isAlive, makePlace } from './cloud-process';
import { eventually } from './harness';
import { bucketsIn } from './buckets-in';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.removeAll());

const bucket = (): string => bucketsIn(place.folder).results;
const upload = (name: string): string => `/upload/storage/v1/b/${bucket()}/o?uploadType=media&name=${name}`;
const pidsOf = (calls: { pid: number }[]): number[] => calls.map(({ pid }) => pid);

test('it is ready with private endpoints, refuses calls without the token, and its functions are called', async () => {
  const { child } = await place.startReady();
  const { pid, storage } = place.endpoints();
  expect(pid).toBe(child.pid);
  expect(statSync(place.folder).mode & 0o777).toBe(0o700);
  for (const name of [
    'endpoints.json',
    'later-endpoints.json',
    'secrets/secrets.jsonl',
    'build.json',
    'token',
    'bucket-suffix',
    'functions/endpoints.json',
    'log.jsonl',
  ]) {
    expect([name, statSync(join(place.folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  expect((await fetch(`http://${storage}/storage/v1/b/${bucket()}`)).status).toBe(401);

  for (const topic of ['mymlops-requests', 'mymlops-events', 'mymlops-sweeps']) await place.publish(topic, { topic });
  await eventually(() => place.calls().length === 3);
  const [call] = place.calls();
  expect(call).toMatchObject({ type: 'google.cloud.pubsub.topic.v1.messagePublished' });
  // Each calls as itself: to the bucket's objects, `request` alone has a right.
  expect(place.calls().map(({ name, said, status }) => [name, said['topic'], status])).toEqual(
    expect.arrayContaining([
      ['request', 'mymlops-requests', 200],
      ['event', 'mymlops-events', 403],
      ['sweep', 'mymlops-sweeps', 403],
    ]),
  );
  const ours = /^(PATH|HOME|TMPDIR|METADATA_SERVER_DETECTION|MYMLOPS_[A-Z_]+)$/;
  expect(call?.environment.filter((name) => !ours.test(name))).toEqual([]);
});

test('after a kill and a start it has its data, ports and token, and the old functions are gone', async () => {
  const first = await place.startReady();
  await place.publish('mymlops-requests', {});
  expect((await place.post('storage', upload('kept'), 'content')).status).toBe(200);
  await eventually(() => place.calls().length === 1);
  const before = place.endpoints();
  first.child.kill('SIGKILL');
  await first.ended;
  await eventually(() => childrenOf(place.folder).length === 0);

  await place.startReady();
  const after = place.endpoints();
  expect(after).toEqual({ ...before, pid: after.pid });
  const url = `http://${after.storage}/storage/v1/b/${bucket()}/o/kept?alt=media`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${after.token}` } });
  expect(await response.text()).toBe('"content"');
  await place.publish('mymlops-requests', { second: true }); // the first may come once more: its answer was not awaited
  const second = (): FunctionCall | undefined => place.calls().find(({ said }) => said['second'] === true);
  await eventually(() => second() !== undefined);
  expect(second()?.status).toBe(200);
});

test('several start at once after a kill: exactly one stays, and all print ready', async () => {
  const killed = await place.startReady();
  killed.child.kill('SIGKILL');
  await killed.ended;
  const all = Array.from({ length: 4 }, () => place.start());
  await eventually(() => all.every(({ stdout }) => stdout() === 'ready\n'));
  const { pid } = place.endpoints();
  const stayed = all.filter(({ child }) => child.pid === pid);
  expect(stayed).toHaveLength(1);
  for (const { child, ended } of all) if (child.pid !== pid) expect(await ended).toBe(0);
  expect(isAlive(pid)).toBe(true);
  expect(readdirSync(join(place.folder, 'owners'))).toHaveLength(1);
});

test('functions that die are restarted, and the message is delivered again', async () => {
  await place.startReady();
  await place.publish('mymlops-requests', { die: true });
  await eventually(() => place.calls().length === 2);
  const [first, second] = place.calls();
  expect(second?.pid).not.toBe(first?.pid);
  expect(pidsOf(place.calls()).filter(isAlive)).toEqual([second?.pid]);
  expect(readFileSync(join(place.folder, 'log.jsonl'), 'utf8')).toContain('"message":"functions ended","code":3');
});

test('it exits by itself when nobody calls, although sweeps go on', async () => {
  const { ended } = await place.startReady('--idle-minutes', '0.01', '--sweep-seconds', '0.1');
  await eventually(() => place.calls().length >= 2);
  expect(place.calls().every(({ name, status }) => name === 'sweep' && status === 403)).toBe(true);
  expect(await ended).toBe(0);
  expect(childrenOf(place.folder)).toEqual([]);
  expect(readdirSync(place.folder)).not.toContain('endpoints.json');
});

test('it exits when every sweep fails, too', async () => {
  const { ended } = await place.startReady('--idle-minutes', '0.03', '--sweep-seconds', '0.1');
  writeFileSync(join(place.folder, 'functions/sweeps-fail'), '');
  expect(await ended).toBe(0);
  expect(readFileSync(join(place.folder, 'log.jsonl'), 'utf8')).toContain('push failed');
});

test('it does not exit while a stream of changes is open', async () => {
  // Google's library loads for longer than the idle time, and nothing else of this process runs meanwhile.
  await new v1.FirestoreClient({ projectId: 'local', sslCreds: credentials.createInsecure() }).initialize();
  const { ended } = await place.startReady('--idle-minutes', '0.01');
  let isOver = false;
  void ended.then(() => (isOver = true));
  const { firestore: host, token } = place.endpoints();
  const firestore = new Firestore({
    projectId: 'local',
    databaseId: 'mymlops-runs',
    host,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${token}` },
    authClient: new PassThroughClient(),
  });
  let isTold = false;
  const stop = firestore.doc('runs/a').onSnapshot(() => (isTold = true));
  // The stream may take longer to open than the idle time: until then, calls keep the cloud running.
  await eventually(async () => {
    expect((await place.post('storage', upload('a'), 'x')).status).toBe(200);
    return isTold;
  });
  await new Promise((resolve) => setTimeout(resolve, 1500)); // more than twice the idle time
  expect(isOver).toBe(false);
  stop();
  await firestore.terminate();
  expect(await ended).toBe(0);
});

test('it does not exit while clients call', async () => {
  const { ended } = await place.startReady('--idle-minutes', '0.01');
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (const endMs = Date.now() + 1500; Date.now() < endMs;) {
    expect((await place.post('storage', upload('a'), 'x')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(isOver).toBe(false);
});

test('SIGTERM ends it and its functions, and leaves no endpoints, owner or socket', async () => {
  const { child, ended } = await place.startReady();
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(childrenOf(place.folder)).toEqual([]);
  const left = readdirSync(place.folder);
  for (const name of ['endpoints.json', 'owners', 'functions.sock']) expect(left).not.toContain(name);
});

test('a call that is running at SIGTERM ends, is acknowledged, and is not repeated', async () => {
  const { child, ended } = await place.startReady();
  await place.publish('mymlops-requests', { takesMs: 700 });
  await eventually(() => place.calls().length === 1);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(place.calls().map(({ said }) => said['isBegun'] ?? false)).toEqual([true, false]);
  expect(readFileSync(join(place.folder, 'log.jsonl'), 'utf8')).not.toContain('push failed');

  await place.startReady();
  await place.publish('mymlops-requests', { isLater: true });
  await eventually(() => place.calls().some(({ said }) => said['isLater'] === true));
  expect(place.calls()).toHaveLength(3);
});

test('a call that is running at kill -9 ends', async () => {
  const { child, ended } = await place.startReady();
  await place.publish('mymlops-requests', { takesMs: 700 });
  await eventually(() => place.calls().length === 1);
  child.kill('SIGKILL');
  await ended;
  await eventually(() => childrenOf(place.folder).length === 0);
  expect(place.calls()).toHaveLength(2);
});

test('a call that takes longer than the time it gets is repeated', async () => {
  const { child, ended } = await place.startReady();
  await place.publish('mymlops-requests', { takesMs: 60_000 });
  await eventually(() => place.calls().length === 1);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await place.startReady();
  await eventually(() => place.calls().length === 2);
});

test('SIGTERM ends it while it starts, too', async () => {
  const { child, ended } = place.start();
  await eventually(
    () => readdirSync(dirname(place.folder)).length > 0 && readdirSync(place.folder).includes('log.jsonl'),
  );
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(readdirSync(place.folder)).not.toContain('endpoints.json');
});

test('--destroy is refused while it runs, and empties the folder afterwards', async () => {
  const { child, ended } = await place.startReady();
  const refused = place.start('--destroy');
  expect(await refused.ended).toBe(1);
  expect(refused.stderr()).toContain('Stop it first');
  child.kill('SIGTERM');
  await ended;
  const destroyed = place.start('--destroy');
  expect([await destroyed.ended, destroyed.stderr()]).toEqual([0, '']);
  expect(readdirSync(place.folder)).toEqual([]);
  await place.startReady();
});

test('a folder that others may read is refused', async () => {
  mkdirSync(place.folder);
  chmodSync(place.folder, 0o755);
  const { ended, stderr } = place.start();
  expect([await ended, stderr()]).toEqual([1, expect.stringContaining('open to other users')]);
  expect(readdirSync(place.folder)).toEqual([]);
});

test.each([[[]], [['--destroy']]])("somebody's home folder is not touched %j", async (args) => {
  mkdirSync(place.folder, { mode: 0o700 });
  writeFileSync(join(place.folder, 'thesis.tex'), 'years of work');
  const { ended, stderr } = place.start(...args);
  expect([await ended, stderr()]).toEqual([1, expect.stringContaining('holds other files')]);
  expect(readdirSync(place.folder)).toEqual(['thesis.tex']);
});

test('a folder with only the records of a client is not refused as a home folder', async () => {
  for (const name of ['snapshots', 'pulls', 'repository-names']) {
    mkdirSync(join(place.folder, name), { recursive: true, mode: 0o700 });
  }
  await place.startReady();
});

test('a folder belongs to one deployment', async () => {
  const { child, ended } = await place.startReady();
  child.kill('SIGTERM');
  await ended;
  const other = place.start('--deployment', 'other');
  expect([await other.ended, other.stderr()]).toEqual([1, expect.stringContaining('deployment mymlops, not to other')]);
  expect(readdirSync(place.folder)).not.toContain('owners');
});

test('wrong usage lists every mistake and creates nothing', async () => {
  const { ended, stderr } = place.start('--idle-minutes', 'ten', '--heartbeat-seconds', '0.5', '--deployment', 'A');
  expect(await ended).toBe(2);
  for (const flag of ['--idle-minutes', '--heartbeat-seconds', '--deployment']) expect(stderr()).toContain(flag);
  expect(readdirSync(dirname(place.folder))).toEqual([]);
});

test('functions that cannot be loaded are reported, and no process stays', async () => {
  const { ended, stderr } = place.start('--functions', join(place.folder, 'none.mjs'));
  expect(await ended).toBe(1);
  expect(stderr()).toContain('functions');
  expect(readFileSync(join(place.folder, 'log.jsonl'), 'utf8')).toContain('none.mjs');
  expect(childrenOf(place.folder)).toEqual([]);
});

describe('on a path too long for a socket', () => {
  test('its functions are called there, too', async () => {
    const deep = makePlace({ subfolder: join('x'.repeat(60), 'y'.repeat(60)) });
    try {
      const { child, ended } = await deep.startReady();
      await deep.publish('mymlops-requests', {});
      await eventually(() => deep.calls().length === 1);
      const [short = ''] = readFileSync(join(deep.folder, 'socket-folder'), 'utf8').split('\n');
      expect(statSync(short).mode & 0o777).toBe(0o700);
      child.kill('SIGTERM');
      await ended;
      expect(() => statSync(short)).toThrow('ENOENT');
    } finally {
      await deep.removeAll();
    }
  });
});

test('the functions let nobody through but Pub/Sub, and the log names the permission', async () => {
  await place.startReady();
  const { token } = place.endpoints();
  for (const authorization of [undefined, `Bearer ${token}`, `Bearer ${createAuth(token).tokenOf('client')}`]) {
    const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
    const status = await new Promise((resolve, reject) => {
      const call = { socketPath: join(place.folder, 'functions.sock'), path: '/request', method: 'POST', headers };
      request(call, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end('{}');
    });
    expect(status).toBe(403);
  }
  expect(place.calls()).toEqual([]);
  // The functions' lines come through another process.
  const log = (): string => readFileSync(join(place.folder, 'log.jsonl'), 'utf8');
  await eventually(() => log().includes('"permission":"run.routes.invoke"'));
});
