// `image ls`, `rm`, `cancel` and `logs` over the wire: the test answers in the functions' place.
import { buildAttemptPrefix, LOG_FILE } from '@mymlops/protocol';
import { join } from 'node:path';
import { imageCancel } from '../../../client/src/commands/image-cancel';
import { imageLogs } from '../../../client/src/commands/image-logs';
import { imageLs } from '../../../client/src/commands/image-ls';
import { imageRm } from '../../../client/src/commands/image-rm';
import type { Context } from '../../../client/src/core/context';
import { testContext, type TestContext } from '../context';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders, writeFiles } from '../temp-folder';
import { buildAt, listed, ready, unmade } from './listed';

const tempFolder = useTempFolders();

let deployment: StandIns;
let folder: string;
beforeEach(async () => {
  folder = tempFolder();
  deployment = await startStandIns(tempFolder());
});
afterEach(() => deployment.close());

const here = (overrides: Partial<Context> = {}): TestContext =>
  testContext({ cwd: folder, flags: { project: 'my-project' }, ...overrides });

async function has(...given: ReturnType<typeof listed>[]): Promise<void> {
  for (const { id, document } of given) {
    const stored = { ...document, attempts: {}, request: { setup: 'x'.repeat(1000) } };
    await deployment.firestore.doc(`images/${id}`).set(JSON.parse(JSON.stringify(stored)) as object);
  }
}

/** Removes a document as the functions do, at the request of a client. */
const removing = (): void =>
  deployment.onMessage(async (message) => {
    if (message['type'] !== 'remove-image') return;
    await deployment.firestore.doc(`images/${String(message['build'])}`).delete();
  });

const [NEWEST, OLDER, FAILED] = [
  ready({ hour: 3 }),
  ready({ hour: 2 }),
  unmade('failed', { hour: 1, reason: 'setup-failed' }),
];
const IMAGE = `mymlops-torch-${buildAt(3)}`;

describe('ls', () => {
  test('newest first, with what names each', async () => {
    await has(FAILED, OLDER, NEWEST, listed({ hour: 4, name: 'jax', status: 'building', phase: 'setup' }));
    const context = here();
    expect(await imageLs(context, {}, deployment.open)).toBe(0);
    const rows = context.printed().split('\n');
    expect(rows[0]).toMatch(/^NAME +STATUS +AGE +BY +BUILD +FAMILY +IMAGE$/);
    expect(rows[1]).toMatch(new RegExp(`^jax +building, setup +\\d+ days +ada@home +${buildAt(4)} +mymlops-jax +-$`));
    expect(rows[2]).toMatch(new RegExp(`^torch +ready +\\d+ days +ada@home +${buildAt(3)} +mymlops-torch +${IMAGE}$`));
    expect(rows[4]).toMatch(new RegExp(`^torch +failed \\(setup-failed\\) .* ${buildAt(1)} +mymlops-torch +-$`));
  });

  test('--json has all but the setup, whose text may be long', async () => {
    await has(NEWEST);
    const context = here();
    await imageLs(context, { json: true }, deployment.open);
    expect(JSON.parse(context.printed())).toEqual([{ build: buildAt(3), family: 'mymlops-torch', ...NEWEST.document }]);
  });

  test('an image that somebody deleted in the console counted as ready', async () => {
    await has(NEWEST, OLDER);
    deployment.goneImages = new Set([IMAGE]);
    const context = here();
    expect(await imageLs(context, {}, deployment.open)).toBe(0);
    const [, first, second] = context.printed().split('\n');
    expect([first, second]).toEqual([expect.stringMatching(/^torch +gone /), expect.stringMatching(/^torch +ready /)]);
    expect(context.said).toEqual([
      `${IMAGE} does not exist any more: it was deleted outside of mymlops. To take it off the list: mymlops-client image rm ${buildAt(3)}`,
    ]);
    const json = here();
    await imageLs(json, { json: true }, deployment.open);
    expect(JSON.parse(json.printed())).toMatchObject([{ build: buildAt(3), isGone: true }, { build: buildAt(2) }]);
    expect((JSON.parse(json.printed()) as object[])[1]).not.toHaveProperty('isGone');
  });

  test('where that cannot be looked up, the list says so', async () => {
    await has(NEWEST);
    deployment.goneImages = null;
    const context = here();
    expect(await imageLs(context, {}, deployment.open)).toBe(0);
    expect(context.printed()).toContain('ready');
    expect(context.said).toEqual([
      expect.stringMatching(/^Whether the images still exist could not be looked up: .*Compute Engine is away/),
    ]);
  });

  test('older images that no build has removed', async () => {
    await has(...[1, 2, 3, 4].map((hour) => ready({ hour })), ready({ hour: 5, name: 'jax' }));
    const context = here();
    expect(await imageLs(context, {}, deployment.open)).toBe(0);
    expect(context.said).toEqual([
      'mymlops-torch has 2 images that nothing needs, and that bill on. The next `image build torch` removes them, or:',
      `  mymlops-client image rm ${buildAt(2)}`,
      `  mymlops-client image rm ${buildAt(1)}`,
    ]);
  });

  test('none', async () => {
    const context = here();
    expect(await imageLs(context, {}, deployment.open)).toBe(0);
    expect([context.printed(), context.said]).toEqual([
      '',
      ['There are no images yet. Build one with: mymlops-client image build NAME --setup FILE'],
    ]);
  });
});

describe('rm', () => {
  test('asks, removes and says so', async () => {
    await has(NEWEST, OLDER);
    removing();
    const questions: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve((questions.push(question), 'y'));
    const context = here({ ask });
    expect(await imageRm(context, buildAt(3), {}, deployment.open)).toBe(0);
    expect(questions).toEqual([`Remove ${IMAGE}? [y/N] `]);
    expect(context.said).toEqual([`${IMAGE} was removed.`]);
    expect(deployment.received).toEqual([expect.objectContaining({ v: 1, type: 'remove-image', build: buildAt(3) })]);
  });

  test.each([
    ['an image', IMAGE, [3]],
    ['a part of an id', '-030000-', [3]],
    ['a name', 'torch', [3, 2, 1]],
    ['a family', 'mymlops-torch', [3, 2, 1]],
    ['a family as mymlops.yml names it', 'family/mymlops-torch', [3, 2, 1]],
  ])('%s', async (_what, text, hours) => {
    await has(NEWEST, OLDER, FAILED, ready({ hour: 4, name: 'jax' }));
    removing();
    expect(await imageRm(here(), text, { yes: true }, deployment.open)).toBe(0);
    expect(deployment.received).toMatchObject(hours.map((hour) => ({ build: buildAt(hour) })));
  });

  test.each<[what: string, text: string, error: { exitCode: number; message: unknown }]>([
    [
      'no such name',
      'jax',
      { exitCode: 102, message: 'No image or build is called "jax". See: mymlops-client image ls' },
    ],
    [
      'no such build',
      buildAt(9),
      { exitCode: 102, message: `There is no build ${buildAt(9)}. See: mymlops-client image ls` },
    ],
    [
      'a part of several ids',
      '0000-aaaa',
      { exitCode: 2, message: expect.stringMatching(/^3 builds have "0000-aaaa"/) },
    ],
    ['empty', ' ', { exitCode: 2, message: 'The name is empty. See: mymlops-client image ls' }],
    [
      'without a terminal',
      IMAGE,
      { exitCode: 2, message: `Cannot ask without a terminal. To remove ${IMAGE}, add --yes.` },
    ],
  ])('%s', async (_what, text, error) => {
    await has(NEWEST, OLDER, FAILED);
    await expect(imageRm(here(), text, {}, deployment.open)).rejects.toMatchObject(error);
    expect(deployment.received).toEqual([]);
  });

  test('a no, and an image that mymlops.yml needs: nothing is sent', async () => {
    await has(NEWEST, FAILED);
    const context = here({ ask: () => Promise.resolve('n') });
    await expect(imageRm(context, 'torch', {}, deployment.open)).rejects.toThrow('Nothing was removed.');
    writeFiles(folder, { 'mymlops.yml': 'commit: { command: x, instance: { image: family/mymlops-torch } }\n' });
    await expect(imageRm(here(), 'torch', { yes: true }, deployment.open)).rejects.toThrow(
      `${IMAGE} stays: mymlops.yml names family/mymlops-torch, whose last image it is. Name another image there first.`,
    );
    expect(deployment.received).toEqual([]);
  });

  test('one that was removed before', async () => {
    await deployment.firestore.doc(`removed-images/${buildAt(9)}`).set({ v: 1 });
    await expect(imageRm(here(), buildAt(9), { yes: true }, deployment.open)).rejects.toMatchObject({
      ...{ exitCode: 102, message: `${buildAt(9)} was removed.` },
    });
  });
});

describe('cancel', () => {
  const cancel = async (text: string): Promise<[number, string[]]> => {
    const context = here();
    return [await imageCancel(context, text, deployment.open), context.said];
  };

  test('the newest of a name that goes on', async () => {
    await has(unmade('failed', { hour: 5 }), listed({ hour: 4 }), listed({ hour: 3 }));
    expect(await cancel('torch')).toEqual([0, [`${buildAt(4)} will be cancelled. See: mymlops-client image ls`]]);
    expect(deployment.received).toEqual([
      { v: 1, type: 'cancel-build', build: buildAt(4), by: expect.any(String), at: expect.any(String) },
    ]);
  });

  test('one that has ended, and one whose image is being made', async () => {
    const made = { name: 'i', family: 'f', attempt: 1, requestedAt: '2026-01-01T00:00:00.000Z' };
    await has(NEWEST, listed({ hour: 4, made }));
    expect(await cancel(buildAt(3))).toEqual([0, [`${buildAt(3)} has already ended: ready.`]]);
    expect(await cancel(buildAt(4))).toEqual([
      0,
      [
        `The image of ${buildAt(4)} is being made, which cannot be cancelled. To remove it when it is ready: mymlops-client image rm ${buildAt(4)}`,
      ],
    ]);
    expect(deployment.received).toEqual([]);
  });

  test('one that has not arrived yet', async () => {
    const digits = new Date().toISOString().replace(/\D/g, '');
    const build = `${digits.slice(0, 8)}-${digits.slice(8, 14)}-aaaa`;
    expect(await cancel(build)).toEqual([0, [`${build} has not arrived yet; it will be cancelled when it does.`]]);
    expect(deployment.received).toMatchObject([{ type: 'cancel-build', build }]);
    await expect(cancel(buildAt(1))).rejects.toMatchObject({ exitCode: 102 });
  });
});

describe('logs', () => {
  test('whole, of the newest attempt, without control sequences', async () => {
    await has({ ...FAILED, document: { ...FAILED.document, attempt: 2 } });
    const opened = await deployment.open();
    writeFiles(folder, { log: 'one\n\u001b[2Jtwo\n' });
    const { results } = await opened.buckets();
    await results.uploadNew(join(folder, 'log'), `${buildAttemptPrefix(buildAt(1), 2)}${LOG_FILE}`);
    await opened.close();
    const context = here();
    expect(await imageLogs(context, 'torch', deployment.open)).toBe(0);
    expect(context.printed()).toBe('one\ntwo\n');
  });

  test('none', async () => {
    await has(FAILED, listed({ hour: 4, attempt: 1, status: 'building' }));
    await expect(imageLogs(here(), buildAt(4), deployment.open)).rejects.toMatchObject({
      ...{ exitCode: 101, message: `${buildAt(4)} has no log yet: it is building. Try again in a minute.` },
    });
    await expect(imageLogs(here(), buildAt(1), deployment.open)).rejects.toMatchObject({
      ...{ exitCode: 102, message: `${buildAt(1)} has no log: its VM never came to the setup. No.` },
    });
  });
});

test.each([
  ['ls', (context: Context) => imageLs(context, {}, deployment.open)],
  ['rm', (context: Context) => imageRm(context, 'torch', { yes: true }, deployment.open)],
  ['cancel', (context: Context) => imageCancel(context, 'torch', deployment.open)],
  ['logs', (context: Context) => imageLogs(context, 'torch', deployment.open)],
])('on this computer: %s', async (_name, command) => {
  await has(NEWEST);
  await expect(command(here({ flags: { local: true } }))).rejects.toThrow('Runs on this computer use its own Python');
  expect(deployment.received).toEqual([]);
});
