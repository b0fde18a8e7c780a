import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { firestoreService } from '../../../../deploy/local/firestore/definition';
import { openFirestoreStore } from '../../../../deploy/local/firestore/store';
import { systemClock } from '../../../../deploy/local/shared/clock';
import { startServiceProcess } from '../service-process';
import { TOKEN } from '../harness';
import { codeOf, dataOf, fixture, type Fixture, rawCall } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

const DATABASE = 'projects/local/databases/mymlops-runs';
const nameOf = (path: string): string => `${DATABASE}/documents/${path}`;
const setText = (path: string, text: string) => ({
  update: { name: nameOf(path), fields: { text: { stringValue: text } } },
});
const open = () =>
  openFirestoreStore({ folder: f.folder, clock: systemClock, log: (...line) => void f.logs.push(line as never) });

/** The stand-in in a process of its own, on the test's folder. */
async function serve(prefix?: string) {
  const served = await startServiceProcess(join(__dirname, 'program.ts'), [f.folder], prefix);
  f.defer(served.kill);
  return served;
}

const { Commit } = firestoreService();

/** One commit of `runs/{id}`, without the repetitions of Google's client. */
function commitText(address: string, id: string, text: string) {
  if (!Commit) throw new Error('the service has no method Commit');
  const body = Commit.requestSerialize({ database: DATABASE, writes: [setText(`runs/${id}`, text)] });
  return rawCall({ address }, { method: 'Commit', headers: { authorization: `Bearer ${TOKEN}` }, body });
}

test('a restart brings back documents, times and deletions', async () => {
  const first = await f.start();
  const client = f.client(first);
  await client.doc('runs/a').set({ n: 1 });
  await client.doc('runs/a').update({ n: 2 });
  await client.doc('runs/gone').set({});
  await client.doc('runs/gone').delete();
  await f.client(first, 'other').doc('runs/b').set({ other: true });
  const { createTime, updateTime } = await client.doc('runs/a').get();
  await first.close();
  const second = await f.start();
  const again = f.client(second);
  const read = await again.doc('runs/a').get();
  expect([read.createTime, read.updateTime]).toEqual([createTime, updateTime]);
  expect(await dataOf(again.doc('runs/a'))).toEqual({ n: 2 });
  expect((await again.collection('runs').get()).size).toBe(1);
  expect(await dataOf(f.client(second, 'other').doc('runs/b'))).toEqual({ other: true });
  if (!updateTime) throw new Error('no update time');
  expect(await codeOf(again.doc('runs/a').update({ n: 3 }, { lastUpdateTime: updateTime }))).toBe(0);
});

test('update times grow over a restart with a clock that went back', async () => {
  const at = (ms: number) => ({ ...systemClock, now: () => ms });
  const first = await f.start({ clock: at(2_000_000_000_000) });
  const before = await f.client(first).doc('runs/a').set({ n: 1 });
  await first.close();
  const after = await f
    .client(await f.start({ clock: at(1_000_000_000_000) }))
    .doc('runs/a')
    .set({ n: 2 });
  expect(after.writeTime.valueOf() > before.writeTime.valueOf()).toBe(true);
});

test('a commit whose journal entry is incomplete does not exist', async () => {
  const store = open();
  store.commit(DATABASE, [setText('runs/a', 'one'), setText('runs/b', 'one')]);
  store.close();
  const file = join(f.folder, 'commits.jsonl');
  const whole = readFileSync(file, 'utf8');
  appendFileSync(file, whole.replaceAll('one', 'two').slice(0, -10));
  const client = f.client(await f.start());
  expect(await dataOf(client.doc('runs/a'))).toEqual({ text: 'one' });
  expect(await dataOf(client.doc('runs/b'))).toEqual({ text: 'one' });
});

test('kill -9 during many writes loses no acknowledged commit', async () => {
  const acknowledged = [0, 0, 0, 0];
  const isStored = async (client: Firestore): Promise<boolean> => {
    const runs = await Promise.all(acknowledged.map((_, writer) => client.doc(`runs/r${writer}`).get()));
    return runs.every((run, writer) => parseInt(run.get('text') ?? '0') >= (acknowledged[writer] ?? 0));
  };
  for (const enough of [50, 100]) {
    const { address, kill } = await serve();
    expect(await isStored(f.client({ address }))).toBe(true);
    let killed: Promise<void> | undefined;
    const write = async (writer: number): Promise<void> => {
      for (let n = (acknowledged[writer] ?? 0) + 1; ; n += 1) {
        const { code } = await commitText(address, `r${writer}`, `${n} ${'x'.repeat(2000)}`);
        if (code !== 0) return;
        acknowledged[writer] = n;
        if (acknowledged.every((count) => count >= enough)) killed ??= kill();
      }
    };
    await Promise.all(acknowledged.map((_, writer) => write(writer)));
    expect(killed).toBeDefined(); // nothing but the end of the process stopped the writers
  }
  expect(await isStored(f.client(await f.start()))).toBe(true);
});

test('a full disk refuses the commit, changes nothing, and serves again when there is room', async () => {
  const RESOURCE_EXHAUSTED = 8;
  // A limit on the size of files acts as a disk that is full after 64 KiB: a write beyond it stops in the middle.
  const { address, kill } = await serve('ulimit -f 64;');
  const commit = (id: string, bytes: number) => commitText(address, id, 'x'.repeat(bytes));
  expect(await commit('a', 40_000)).toMatchObject({ code: 0 });
  expect(await commit('b', 40_000)).toMatchObject({ code: RESOURCE_EXHAUSTED });
  expect(await commit('a', 50_000)).toMatchObject({ code: RESOURCE_EXHAUSTED });
  expect(await commit('c', 10)).toMatchObject({ code: 0 });
  const state = async (client: Firestore) =>
    (await client.collection('runs').get()).docs.map((run) => [run.id, run.get('text').length]);
  const expected = [
    ['a', 40_000],
    ['c', 10],
  ];
  expect(await state(f.client({ address }))).toEqual(expected);
  await kill();
  expect(await state(f.client(await f.start()))).toEqual(expected);
});

test('a journal that is half history is compacted at the start, not read at every start', () => {
  const store = open();
  const text = 'x'.repeat(100_000);
  // Every document three times: too little for a compaction between commits, which would hold them up.
  for (let n = 0; n < 60; n += 1) store.commit(DATABASE, [setText(`runs/r${n % 20}`, `${n} ${text}`)]);
  store.close();
  const sizeOfJournal = (): number => statSync(join(f.folder, 'commits.jsonl')).size;
  expect(sizeOfJournal()).toBeGreaterThan(6_000_000);
  const again = open();
  expect(sizeOfJournal()).toBeLessThan(2_100_000);
  expect(again.documents.collection(DATABASE, 'runs')?.documents.get('r19')?.fields['text']?.stringValue).toBe(
    `59 ${text}`,
  );
  again.close();
});

test('the journal is compacted when most of it is history, and stays complete', () => {
  const store = open();
  const text = 'x'.repeat(100_000);
  for (let n = 0; n < 200; n += 1) {
    store.commit(DATABASE, [setText(`runs/r${n % 4}`, `${n} ${text}`), setText(`small/s${n}`, String(n))]);
  }
  store.commit(DATABASE, [{ delete: nameOf('runs/r0') }]);
  store.close();
  expect(statSync(join(f.folder, 'commits.jsonl')).size).toBeLessThan(5 * 2 ** 20);
  const again = open();
  const runs = again.documents.collection(DATABASE, 'runs');
  expect(runs?.ids).toEqual(['r1', 'r2', 'r3']);
  expect(runs?.documents.get('r3')?.fields['text']?.stringValue).toBe(`199 ${text}`);
  expect(again.documents.collection(DATABASE, 'small')?.ids).toHaveLength(200);
  again.close();
});
