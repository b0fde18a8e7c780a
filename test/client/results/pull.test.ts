// `pull` again and again, in whatever state the run is: against our stand-ins for Firestore and Cloud Storage, without functions.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENDPOINTS_FILE, type RunDocument, VOID_OUTCOME, attemptPrefix, resultsPrefix } from '@mymlops/protocol';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders, writeFiles } from '../temp-folder';
import { BUCKETS } from '../../fakes/buckets';
import { TOKEN } from '../../deploy/local/harness';

const RUN = '20260101-000000-aaaa';
const AT = '2026-01-01T00:00:00.000Z';

const tempFolder = useTempFolders();
let folder = '';
let project = '';
let deployment: StandIns;
beforeEach(async () => {
  folder = tempFolder();
  project = join(folder, 'project');
  writeFiles(project, { 'mymlops.yml': 'project: local\ncommit: {command: ./run.sh}\n' });
  deployment = await startStandIns(folder);
});
afterEach(() => deployment.close());

type State = Partial<RunDocument> & Pick<RunDocument, 'status'>;
const running: State = { status: 'running', live: true };
const ended = (status: 'succeeded' | 'failed' | 'cancelled'): State => ({
  status,
  live: false,
  end: { status, message: '', at: AT, attempt: 1 },
});

async function setRun({ attempts = { 1: {} } as never, ...state }: State): Promise<void> {
  const document = { v: 1, message: '', submittedAt: AT, attempts, ...state };
  await deployment.firestore.doc(`runs/${RUN}`).set(document);
}

async function upload(object: string, content: string): Promise<void> {
  const { storage } = JSON.parse(readFileSync(join(folder, 'state', ENDPOINTS_FILE), 'utf8')) as { storage: string };
  const url = `http://${storage}/upload/storage/v1/b/${BUCKETS.results}/o?uploadType=media&name=${encodeURIComponent(object)}`;
  const answer = await fetch(url, { method: 'POST', body: content, headers: { authorization: `Bearer ${TOKEN}` } });
  if (!answer.ok) throw new Error(`${object}: ${answer.status}`);
}

async function saveResults(files: Record<string, string>, attempt = 1): Promise<void> {
  for (const [path, content] of Object.entries(files)) await upload(`${resultsPrefix(RUN, attempt)}${path}`, content);
}

async function writeOutcome(files: Record<string, string>): Promise<void> {
  const manifest = Object.entries(files).map(([path, content]) => ({
    path64: Buffer.from(path).toString('base64'),
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    generation: '1',
  }));
  const outcome = { v: 1, attempt: 1, boot: 'b', startedAt: AT, finishedAt: AT, manifest, missing: [] };
  await upload(`${attemptPrefix(RUN, 1)}outcome.json`, JSON.stringify(outcome));
}

const pull = async (...args: string[]) => {
  const { code, said, printed } = await deployment.client(['pull', RUN, ...args], project);
  return {
    code,
    said,
    printed: printed()
      .trim()
      .split('\n')
      .map((path) => path.slice(project.length + 1)),
  };
};
const local = (path: string): string => join(project, RUN, path);
const read = (path: string): string => readFileSync(local(path), 'utf8');

const FILES = { 'a.ipynb': '{"cells": []}', 'log.txt': 'one\n', 'artifacts/empty.bin': '' };
const PATHS = Object.keys(FILES).toSorted();

describe('a second pull of a run whose files stay is quiet, and fetches nothing', () => {
  test.each([
    ['running', running, false],
    ['cancelled without an outcome', ended('cancelled'), false],
    ['failed, with a void outcome', ended('failed'), 'void'],
    ['failed', ended('failed'), true],
    ['succeeded', ended('succeeded'), true],
  ] as const)('%s', async (_what, state, outcome) => {
    await setRun(state);
    await saveResults(FILES);
    if (outcome === true) await writeOutcome(FILES);
    if (outcome === 'void') await upload(`${attemptPrefix(RUN, 1)}outcome.json`, VOID_OUTCOME);
    const soFar = state.end ? [] : [`${RUN} is running: these are the results so far.`];
    const first = await pull();
    expect(first).toEqual({ code: 0, said: [...soFar, `3 files of ${RUN}:`], printed: expect.any(Array) });
    expect(first.printed.map((path) => path.slice(RUN.length + 1)).toSorted()).toEqual(PATHS);
    const { ino } = statSync(local('log.txt'));
    const second = await pull();
    expect(second).toEqual({ ...first, said: [...soFar, `3 files of ${RUN}, already up to date:`] });
    expect(statSync(local('log.txt')).ino).toBe(ino);
  });
});

test('a log that grew was in the way of the second pull', async () => {
  await setRun(running);
  await saveResults(FILES);
  await pull();
  await saveResults({ 'log.txt': 'one\ntwo\n', 'a.ipynb': '{"cells": [1]}' });
  expect(await pull()).toMatchObject({ code: 0 });
  expect([read('log.txt'), read('a.ipynb')]).toEqual(['one\ntwo\n', '{"cells": [1]}']);
  const last = { ...FILES, 'log.txt': 'one\ntwo\nthree\n', 'metrics.json': '{}' };
  await saveResults(last);
  await writeOutcome(last);
  await setRun(ended('succeeded'));
  expect(await pull()).toMatchObject({ code: 0, said: [`4 files of ${RUN}:`] });
  expect(read('log.txt')).toBe('one\ntwo\nthree\n');
  expect(readdirSync(join(folder, 'state/pulls'))).toEqual([]);
});

test('what somebody worked on is never replaced without --force, whatever the state of the run', async () => {
  await setRun(running);
  await saveResults(FILES);
  await pull();
  writeFileSync(local('a.ipynb'), 'mine');
  await saveResults({ 'log.txt': 'one\ntwo\n', 'a.ipynb': '{"cells": [1]}' });
  const refused = {
    code: 1,
    said: [expect.stringContaining('Nothing was downloaded: these files in ')],
  };
  expect(await pull()).toMatchObject(refused);
  await setRun(ended('cancelled'));
  expect(await pull()).toMatchObject(refused);
  expect([read('log.txt'), read('a.ipynb')]).toEqual(['one\n', 'mine']);
  expect(await pull('--force')).toMatchObject({ code: 0 });
  expect(read('a.ipynb')).toBe('{"cells": [1]}');
});

test('a file that is as long as the result, and is another, is another', async () => {
  await setRun(ended('cancelled'));
  await saveResults(FILES);
  await pull();
  writeFileSync(local('log.txt'), 'ONE\n');
  expect(await pull()).toMatchObject({ code: 1 });
});

test('what an attempt left that was lost is replaced by the next one, and said where nothing takes its place', async () => {
  await setRun(running);
  await saveResults({ ...FILES, 'artifacts/lost.bin': 'x' });
  await pull();
  await setRun({ ...running, attempts: { 1: {}, 2: {} } as never });
  await saveResults({ 'log.txt': 'again\n' }, 2);
  const { code, said } = await pull();
  expect(code).toBe(0);
  expect(said).toContain(`No longer a result of ${RUN}, left as an earlier pull wrote it: artifacts/lost.bin`);
  expect(read('log.txt')).toBe('again\n');
});

test('a pull that was killed before a file took its place, or after it: the next one is quiet', async () => {
  await setRun(running);
  await saveResults(FILES);
  await pull();
  rmSync(local('artifacts/empty.bin'));
  const [note = ''] = readdirSync(join(folder, 'state/pulls'));
  const notes = join(folder, 'state/pulls', note);
  const of = (content: string): string => createHash('sha256').update(content).digest('hex');
  writeFileSync(notes, `${readFileSync(notes, 'utf8')}${JSON.stringify(['log.txt', of('one\ntwo\n')])}\n["a.ip`);
  await saveResults({ 'log.txt': 'one\ntwo\nthree\n' });
  expect(await pull()).toMatchObject({ code: 0 });
  expect(read('log.txt')).toBe('one\ntwo\nthree\n');
});

test("another run's results are not an earlier state of this one's", async () => {
  await setRun(running);
  await saveResults(FILES);
  await pull('out');
  await deployment.firestore
    .doc('runs/20260101-000001-bbbb')
    .set({ v: 1, message: '', attempts: { 1: {} }, ...running });
  await upload(`${resultsPrefix('20260101-000001-bbbb', 1)}log.txt`, 'another\n');
  const { code } = await deployment.client(['pull', '20260101-000001-bbbb', 'out'], project);
  expect(code).toBe(1);
  expect(readFileSync(join(project, 'out/log.txt'), 'utf8')).toBe('one\n');
});

const IGNORED = '.gitignore';

describe('the folder', () => {
  beforeEach(async () => {
    await setRun(ended('succeeded'));
    await saveResults(FILES);
    await writeOutcome(FILES);
  });
  const alongs = (said: readonly string[]): number => said.filter((line) => line.includes('next commit')).length;

  test('that pull makes ignores itself: its .gitignore does not count as a result', async () => {
    const { said, printed } = await pull();
    expect(alongs(said)).toBe(0);
    expect(printed.some((path) => path.endsWith(IGNORED))).toBe(false);
    expect(read(IGNORED)).toMatch(/^# .*\n\*\n$/);
  });

  test('that the user made and that is empty ignores itself too', async () => {
    writeFiles(project, { 'out/x': '' });
    rmSync(join(project, 'out/x'));
    await pull('out');
    expect(existsSync(join(project, 'out', IGNORED))).toBe(true);
  });

  test("that is the user's own stays so: one line says what the next commit will do, when something came", async () => {
    writeFiles(project, { 'out/x': '' });
    const first = await pull('out');
    expect([first.code, alongs(first.said)]).toEqual([0, 1]);
    expect(readdirSync(join(project, 'out')).toSorted()).toEqual(['a.ipynb', 'artifacts', 'log.txt', 'x']);
    expect((await pull('out')).said).toEqual([`3 files of ${RUN}, already up to date:`]);
  });

  test('that git ignores already needs no word', async () => {
    writeFiles(project, { 'out/x': '', [IGNORED]: '/out/\n' });
    expect(alongs((await pull('out')).said)).toBe(0);
  });

  test('a folder that is the project itself gets no .gitignore', async () => {
    expect(alongs((await pull('.')).said)).toBe(1);
    expect(existsSync(join(project, IGNORED))).toBe(false);
  });

  test('whose .gitignore the user took away, to keep it in git, gets none again', async () => {
    await pull();
    rmSync(local(IGNORED));
    expect(alongs((await pull()).said)).toBe(0);
    expect(existsSync(local(IGNORED))).toBe(false);
  });

  test('outside of a project: no word of commits', async () => {
    const elsewhere = tempFolder();
    writeFiles(elsewhere, { x: '' });
    expect(alongs((await pull(elsewhere)).said)).toBe(0);
  });

  test('a result that is named .gitignore is a result', async () => {
    await saveResults({ [IGNORED]: 'theirs' });
    await writeOutcome({ ...FILES, [IGNORED]: 'theirs' });
    expect(await pull()).toMatchObject({ code: 0 });
    expect(read(IGNORED)).toBe('theirs');
  });
});
