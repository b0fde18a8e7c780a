// History, results, secrets and images of a deployment: how they are found, and how the next `deploy` takes them in.
import { findImportable, findKept, importsOf, isEmpty } from '../../../../client/src/deployment/kept';
import { takeIn, type TakingIn } from '../../../../client/src/deployment/take-in';
import type { Choices } from '../../../../client/src/deployment/choices';
import { anImage, aRemoval, type ARemoval, CHOICES, DATABASE, IMAGE, LIVE, RESULTS } from './a-removal';

test('all of this deployment, and nothing of another one', async () => {
  const removal = await aRemoval();
  expect(await removal.kept()).toEqual({
    ...{ database: DATABASE, secrets: ['mymlops_TOKEN'], images: [IMAGE] },
    buckets: [
      { kind: 'results', name: RESULTS },
      { kind: 'live', name: LIVE },
    ],
  });
});

test('nothing, in a project where the APIs were never on', async () => {
  const removal = await aRemoval({
    enabled: ['storage.googleapis.com', 'cloudresourcemanager.googleapis.com'],
    buckets: [],
  });
  const kept = await removal.kept();
  expect([kept, isEmpty(kept)]).toEqual([{ buckets: [], secrets: [], images: [] }, true]);
});

test.each([true, false])(
  'a name that another project has taken since (visible: %s) was refused, or is not ours',
  async (isVisible) => {
    const buckets = [{ name: RESULTS, projectNumber: '999', isVisible }, { name: LIVE }];
    const removal = await aRemoval({ buckets });
    expect((await removal.kept()).buckets).toEqual([{ kind: 'live', name: LIVE }]);
  },
);

test.each([
  [
    'datastore.databases.getMetadata',
    /look at the database .*\(datastore\.databases\.getMetadata\).*roles\/datastore\.owner/,
  ],
  ['storage.buckets.list', /list the buckets .*\(storage\.buckets\.list\).*roles\/storage\.admin/],
  ['compute.images.list', /list the images .*\(compute\.images\.list\).*roles\/compute\.viewer/],
  ['secretmanager.secrets.list', /list the secrets .*\(secretmanager\.secrets\.list\).*roles\/secretmanager\.admin/],
])('without %s, which the sentence names, nothing is taken for gone', async (permission, sentence) => {
  const removal = await aRemoval({ lacks: [permission] });
  await expect(removal.kept()).rejects.toThrow(sentence);
});

const choices = (secrets: string[] = ['TOKEN', 'NEW']): Choices => ({
  ...{ v: 1, project: 'my-project', region: 'europe-west4', version: '0.2.0' },
  ...{ ...CHOICES, variables: { secrets } },
});

const IMPORTS = [
  'module.mymlops.google_firestore_database.runs=projects/my-project/databases/mymlops-runs',
  `module.mymlops.google_storage_bucket.results=${RESULTS}`,
  `module.mymlops.google_storage_bucket.live=${LIVE}`,
  'module.mymlops.google_secret_manager_secret.secret["TOKEN"]=projects/my-project/secrets/mymlops_TOKEN',
];
const addressOf = (line: string): string => line.slice(0, line.indexOf('='));

test('secrets that the choices do not name are left alone, such as those of deploy keys', async () => {
  const removal = await aRemoval();
  removal.state.secrets.add('mymlops_deploy-key-1');
  expect(importsOf(await findKept(removal.administration, CHOICES), choices())).toEqual(IMPORTS);
});

test('the images of many pages, and an image alone is something that is kept', async () => {
  const removal = await aRemoval({ pageSize: 2 });
  const names = Array.from({ length: 7 }, (_, at) => `mymlops-torch-${at}`);
  removal.state.images = names.map((name) => anImage(name));
  expect((await removal.kept()).images).toEqual(names);
  expect(isEmpty({ buckets: [], secrets: [], images: [IMAGE] })).toBe(false);
});

test('a deploy that takes in what stayed needs no right to list images', async () => {
  const removal = await aRemoval({ lacks: ['compute.images.list'] });
  expect(importsOf(await findImportable(removal.administration, CHOICES), choices())).toEqual(IMPORTS);
});

describe('the next deploy', () => {
  function taking(removal: ARemoval, more: Partial<TakingIn> = {}) {
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve((asked.push(question), 'y'));
    const context = { notice: (line: string) => void removal.said.push(line), ask };
    const given: TakingIn = {
      ...{ context, administration: removal.administration },
      ...{ isAgreed: false, isPlan: false, imports: [], ...more },
    };
    return { asked, given };
  }

  test('takes in all that exists, after a question that names it', async () => {
    const removal = await aRemoval();
    const { asked, given } = taking(removal);
    expect(await takeIn(given, { choices: choices(), managed: [] })).toEqual(IMPORTS);
    expect(asked).toHaveLength(1);
    for (const line of IMPORTS)
      expect(removal.said.join('\n')).toContain(`  ${line.slice(addressOf(line).length + 1)}`);
  });

  test('takes in nothing of a deployment that stands: its owner has it in another state', async () => {
    const removal = await aRemoval();
    removal.state.settings.add('mymlops-runs');
    const { asked, given } = taking(removal);
    await expect(takeIn(given, { choices: choices(), managed: [] })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/has a deployment mymlops already.*name another: --deployment NAME$/),
    });
    expect(asked).toEqual([]);
    // Its own, of which an apply was killed.
    const settings = 'module.mymlops.google_firestore_document.settings';
    expect(await takeIn(given, { choices: choices(), managed: [settings] })).toEqual(IMPORTS);
  });

  test('goes on after a kill between two imports: those that Terraform knows are not imported again', async () => {
    const removal = await aRemoval();
    const { given } = taking(removal);
    for (let done = 0; done <= IMPORTS.length; done++) {
      const managed = IMPORTS.slice(0, done).map(addressOf);
      expect(await takeIn(given, { choices: choices(), managed })).toEqual(IMPORTS.slice(done));
    }
  });

  test('--import of the same address wins, and comes once', async () => {
    const removal = await aRemoval();
    const own = `${addressOf(IMPORTS[1] ?? '')}=of-my-own`;
    const { given } = taking(removal, { imports: [own] });
    expect(await takeIn(given, { choices: choices(), managed: [] })).toEqual([
      own,
      ...IMPORTS.filter((_, at) => at !== 1),
    ]);
  });

  test('--plan asks nothing', async () => {
    const removal = await aRemoval();
    const { asked, given } = taking(removal, { isPlan: true });
    expect(await takeIn(given, { choices: choices(), managed: [] })).toEqual(IMPORTS);
    expect(asked).toEqual([]);
  });

  test('a no changes nothing', async () => {
    const removal = await aRemoval();
    const { given } = taking(removal);
    const no = { ...given, context: { ...given.context, ask: () => Promise.resolve('n') } };
    await expect(takeIn(no, { choices: choices(), managed: [] })).rejects.toThrow('Nothing was changed');
    expect(removal.state.calls.filter((line) => !line.startsWith('GET'))).toEqual([]);
  });

  test('of a deployment that Terraform knows whole makes no call', async () => {
    const removal = await aRemoval();
    const { given } = taking(removal);
    expect(await takeIn(given, { choices: choices(['TOKEN']), managed: IMPORTS.map(addressOf) })).toEqual([]);
    expect(removal.state.calls).toEqual([]);
  });

  test('finds nothing where all was deleted: no question', async () => {
    const removal = await aRemoval({ databases: {}, buckets: [] });
    removal.state.secrets.clear();
    const { asked, given } = taking(removal);
    expect(await takeIn(given, { choices: choices(), managed: [] })).toEqual([]);
    expect([asked, removal.said]).toEqual([[], []]);
  });
});
