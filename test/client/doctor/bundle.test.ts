// `doctor --bundle`, over the wire with the stand-ins, and with deployments that answer only in part.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerPath, DEPLOYMENT_SETTINGS, VERSION } from '@mymlops/protocol';
import { ExpectedError } from '../../../client/src/core/errors';
import { EXIT } from '../../../client/src/core/exit-codes';
import type { Deployment } from '../../../client/src/deployment/connect';
import { type Bundle, collectBundle } from '../../../client/src/doctor/bundle';
import { bundleTarget } from '../../../client/src/doctor/bundle-target';
import { doctorBundle } from '../../../client/src/doctor/doctor-bundle';
import { GoogleTrouble } from '../../../client/src/google/trouble';
import { testContext } from '../context';
import { type StandIns, startStandIns } from '../stand-ins';
import { BUILD, completeBuildEvent, completeImage } from './complete-image';
import { completeInstance, UID } from './complete-instance';
import { completeEvent, completeRun, RUN } from './complete-run';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops bundle-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name = 'report.json'): Bundle => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Bundle;

describe('with the stand-ins', () => {
  let standIns: StandIns;
  beforeEach(async () => (standIns = await startStandIns(folder)));
  afterEach(() => standIns.close());

  /** The functions answer with a plan that has a finding. */
  const answerPlans = (): void =>
    standIns.onMessage(({ id }) =>
      standIns.firestore.doc(answerPath(String(id))).set({
        ...{ v: 1, at: '2026-11-21T10:00:00.000Z', isListed: true, vms: 1, disks: 1, live: { run: 1 } },
        ...{ advanced: [], freed: [], removed: [], proof: ['MARKER'], failures: ['MARKER'] },
        findings: [{ subject: 'a/vm', problem: 'was not complete: MARKER', remedy: 'MARKER' }],
      }),
    );

  test('has the parts of the deployment, and no text that a user wrote', async () => {
    answerPlans();
    const marked = {
      ...completeRun,
      notes: 'MARKER',
      message: 'MARKER',
      notebook: 'MARKER.ipynb',
      submittedBy: 'MARKER',
    };
    await standIns.firestore.doc(`runs/${RUN}`).set(marked);
    await standIns.firestore.doc(`runs/${RUN}/events/0001`).set({ ...completeEvent, MARKER: 'MARKER' });
    const build = { ...completeImage, name: 'MARKER', message: 'MARKER', submittedBy: 'MARKER', content: 'MARKER' };
    await standIns.firestore.doc(`images/${BUILD}`).set(build);
    await standIns.firestore.doc(`images/${BUILD}/events/0001`).set({ ...completeBuildEvent, MARKER: 'MARKER' });
    await standIns.firestore
      .doc('instances/marker-one')
      .set({ ...completeInstance, owner: 'MARKER', message: 'MARKER' });
    await standIns.firestore.doc('instances/marker-two').set({ ...completeInstance, status: 'deleted' });
    const line = { time: '2026-11-21T10:00:00.000Z', severity: 'ERROR', message: 'call failed', cause: 'MARKER' };
    writeFileSync(join(folder, 'state/log.jsonl'), `cut off"}\n${JSON.stringify(line)}\n{"time":"2026-11`);
    const { code, said } = await standIns.client(['doctor', '--bundle', 'report.json']);
    expect([code, said]).toEqual([
      0,
      [expect.stringContaining('Collecting'), expect.stringMatching(/^Wrote report.json, .* read it/)],
    ]);
    expect(read()).toMatchObject({
      ...{ v: 1, cloud: 'this computer', deployment: 'mymlops', unread: [] },
      versions: { client: VERSION, node: process.versions.node, platform: process.platform, git: expect.any(String) },
      settings: { version: VERSION, oldestClient: expect.any(String) },
      plan: { vms: 1, live: { run: 1 }, findings: [{ subject: 'a/vm', problem: 'was not complete' }] },
      runs: [{ run: RUN, facts: { status: 'failed' }, events: [{ attempt: 1, writer: 'agent', seq: 4 }] }],
      images: [
        {
          build: BUILD,
          facts: { status: 'failed', made: { failure: { code: 'RESOURCE_IN_USE' } } },
          events: [{ attempt: 1, writer: 'agent', seq: 4 }],
        },
      ],
      instances: [{ uid: UID, status: 'stopped', vms: { 1: { name: `instance-${UID}-1` } } }],
      log: [{ time: line.time, severity: 'ERROR', message: 'call failed' }],
    });
    expect(JSON.stringify(read())).not.toMatch(/marker/i);
    expect(statSync(join(folder, 'report.json')).mode & 0o777).toBe(0o600);
  });

  test('a document that cannot be read hid all other runs', async () => {
    answerPlans();
    await standIns.firestore.doc(`runs/${RUN}`).set(completeRun);
    const broken = '20261121-110000-abcd';
    await standIns.firestore
      .doc(`runs/${broken}`)
      .set({ submittedAt: '2026-11-21T11:00:00.000Z', attempts: { 1: 'MARKER' } });
    expect((await standIns.client(['doctor', '--bundle', 'report.json'])).code).toBe(0);
    expect(read()).toMatchObject({ unread: [], runs: [{ run: broken }, { run: RUN, facts: { status: 'failed' } }] });
    expect(JSON.stringify(read())).not.toContain('MARKER');
  });

  test('with --json, one document says where it is and how large', async () => {
    answerPlans();
    const { code, printed } = await standIns.client(['doctor', '--json', '--bundle', 'report.json']);
    const path = join(folder, 'report.json');
    expect([code, JSON.parse(printed())]).toEqual([0, { file: path, bytes: statSync(path).size, unread: [] }]);
  });

  test('settings of another version are in it, and the rest but the plan, which this client cannot request', async () => {
    await standIns.firestore.doc(DEPLOYMENT_SETTINGS).update({ version: '7.0.0' });
    const { code, said } = await standIns.client(['doctor', '--bundle', 'report.json']);
    expect(code).toBe(0);
    expect(said).toContainEqual(expect.stringMatching(/^Not in the file: the findings of doctor\. .*7\.0\.0/));
    expect(read()).toMatchObject({
      ...{
        settings: { version: '7.0.0' },
        runs: [],
        images: [],
        unread: [{ part: 'plan', why: 'refused by the client' }],
      },
    });
  });

  test('a file that exists stays as it is, and the functions get no message', async () => {
    writeFileSync(join(folder, 'report.json'), 'mine');
    const { code, said } = await standIns.client(['doctor', '--bundle', 'report.json']);
    expect([code, said]).toEqual([2, [expect.stringContaining('report.json exists, and is not overwritten')]]);
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('mine');
    expect(standIns.received).toEqual([]);
  });

  test.each([
    ['a folder that does not exist', 'no/report.json', 1, 'its folder does not exist'],
    ['a file where its folder should be', 'file/report.json', 1, 'its folder does not exist'],
    ['a folder, which was to be deleted', 'state', 2, 'state is a folder. Name a file: '],
    ['no name, of which only the space was shown', '', 2, '--bundle is empty. Name a file'],
  ])('%s: refused before all is collected', async (_what, file, code, sentence) => {
    writeFileSync(join(folder, 'file'), '');
    const refused = await standIns.client(['doctor', '--bundle', file]);
    expect([refused.code, refused.said]).toEqual([code, [expect.stringContaining(sentence)]]);
    expect(standIns.received).toEqual([]);
  });
});

/** A deployment that reads documents, but whose functions do not answer. */
const silent = (overrides: object = {}): Deployment =>
  ({
    connection: {},
    runs: () =>
      Promise.resolve({
        document: () => Promise.resolve({ version: '0.2.0', region: 'europe-west4' }),
        list: () => Promise.resolve([{ run: RUN, document: completeRun }]),
        events: () => Promise.resolve([]),
      }),
    images: () => Promise.resolve({ list: () => Promise.resolve([]) }),
    instances: () => Promise.resolve({ list: () => Promise.resolve([]) }),
    bus: () => Promise.reject(new ExpectedError('The sweep function has not answered.', EXIT.notFinished)),
    close: () => Promise.resolve(),
    ...overrides,
  }) as unknown as Deployment;

const target = { project: 'local', deployment: 'mymlops' };
const surroundings = () =>
  testContext({ cwd: folder, env: { PATH: '', HOME: folder, MYMLOPS_HOME: join(folder, 'state') } });

test('functions that do not answer: said inside, and the rest is written', async () => {
  const context = surroundings();
  const open = (): Promise<Deployment> => Promise.resolve(silent());
  expect(await doctorBundle(context, { target, file: 'report.json', open })).toBe(0);
  expect(read()).toMatchObject({
    ...{ settings: { region: 'europe-west4' }, runs: [{ run: RUN }], log: [] },
    unread: [{ part: 'plan', why: 'no answer in time' }],
  });
  expect(read().versions).not.toHaveProperty('git');
  expect(context.said).toContain('Not in the file: the findings of doctor. The sweep function has not answered.');
});

test('builds that cannot be read cost only that part', async () => {
  const context = surroundings();
  const images = () => Promise.reject(Object.assign(new Error('MARKER'), { code: 7 }));
  const open = (): Promise<Deployment> => Promise.resolve(silent({ images }));
  expect(await doctorBundle(context, { target, file: 'report.json', open })).toBe(0);
  expect(read().runs).toMatchObject([{ run: RUN }]);
  expect(read().unread).toContainEqual({ part: 'images', why: 'failed', code: 7 });
  expect(read()).not.toHaveProperty('images');
  expect(JSON.stringify(read())).not.toContain('MARKER');
  expect(context.said).toContainEqual(expect.stringMatching(/^Not in the file: the builds of images\./));
});

test('one cause makes one line, with all that it keeps from the file', async () => {
  const context = surroundings();
  const cut = (): Promise<never> => Promise.reject(new GoogleTrouble('Google Cloud cannot be reached.', false));
  const open = (): Promise<Deployment> => Promise.resolve(silent({ images: cut, bus: cut }));
  expect(await doctorBundle(context, { target, file: 'report.json', open })).toBe(0);
  expect(context.said.filter((line) => line.startsWith('Not'))).toEqual([
    'Not in the file: the findings of doctor, the builds of images. Google Cloud cannot be reached.',
  ]);
});

test('a deployment that cannot be opened: the versions and the local log are written', async () => {
  const context = surroundings();
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'state/log.1.jsonl'), '{"severity":"INFO","message":"ready"}\n');
  const open = (): Promise<Deployment> =>
    Promise.reject(Object.assign(new Error('14 UNAVAILABLE: MARKER'), { code: 14 }));
  expect(await doctorBundle(context, { target, file: 'report.json', open })).toBe(0);
  expect(read()).toMatchObject({
    log: [{ severity: 'INFO', message: 'ready' }],
    unread: [{ part: 'deployment', why: 'failed', code: 14 }],
  });
  expect(JSON.stringify(read())).not.toContain('MARKER');
});

test('a Ctrl-C writes nothing', async () => {
  const stop = new AbortController();
  const context = { ...surroundings(), interrupted: stop.signal };
  const open = (): Promise<Deployment> => {
    stop.abort();
    return Promise.reject(new Error('ended'));
  };
  await expect(collectBundle({ context, target, onUnread: () => undefined, open })).rejects.toThrow(/abort/i);
});

describe('a mymlops.yml with a mistake kept the file from being written', () => {
  const bundled = async (config: string, flags: { project?: string } = {}) => {
    writeFileSync(join(folder, 'mymlops.yml'), config);
    const opened: object[] = [];
    const open = (_: unknown, at: object): Promise<Deployment> => {
      opened.push(at);
      return Promise.resolve(silent());
    };
    const context = { ...surroundings(), flags };
    const code = await doctorBundle(context, { ...bundleTarget(context), file: 'report.json', open });
    return { code, opened, said: context.said };
  };
  const named = expect.stringMatching(/^Not in the file: what mymlops\.yml says\. .*mymlops\.yml:\d+:\d+: /) as unknown;

  test('the project and the deployment that it names are looked at', async () => {
    const config = 'project: my-project\ndeployment: team\ncommit: {comand: MARKER}\n';
    const { code, opened, said } = await bundled(config);
    expect([code, opened]).toEqual([0, [{ project: 'my-project', deployment: 'team' }]]);
    expect(said).toContainEqual(named);
    expect(read()).toMatchObject({ cloud: 'Google', deployment: 'team', runs: [{ run: RUN }] });
    expect(read().unread).toContainEqual({ part: 'configuration', why: 'refused by the client' });
    expect(JSON.stringify(read())).not.toContain('MARKER');
  });

  test('where it is no YAML, the one that the command line names', async () => {
    const { opened, said } = await bundled('project: [my-project\n', { project: 'other-project' });
    expect(opened).toEqual([{ project: 'other-project', deployment: 'mymlops' }]);
    expect(said).toContainEqual(named);
  });

  test('where nothing names one, what needs none', async () => {
    const { code, opened, said } = await bundled('project: [my-project\n');
    expect([code, opened]).toEqual([0, []]);
    expect(said).toContainEqual(named);
    expect(read()).toMatchObject({
      ...{ cloud: 'unknown', versions: { client: VERSION }, log: [] },
      unread: [{ part: 'configuration', why: 'refused by the client' }],
    });
    expect(read()).not.toHaveProperty('deployment');
  });

  test('a wrong option is refused as ever', () => {
    expect(() => bundleTarget({ ...surroundings(), flags: { project: 'Foo' } })).toThrow('Foo is not a project id');
  });
});
