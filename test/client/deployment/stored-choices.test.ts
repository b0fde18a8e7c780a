// The choices in the bucket of Terraform's state, in a project of a stand-in for Google.
import type { Choices } from '../../../client/src/deployment/choices';
import {
  findStateBucket,
  makeStateBucket,
  readChoices,
  writeChoices,
} from '../../../client/src/deployment/state-bucket';
import type { Administration } from '../../../client/src/google/administration';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, type Opened } from '../google/open-administration';

const open = (options: GoogleOptions = {}): Promise<Opened> => openWith(options);

const OPTIONS = {
  ...{ project: 'my-project', projectNumber: '123456789012', deployment: 'mymlops' },
  ...{ region: 'europe-west4', suffix: 'a1b2c3' },
};
const findOrMake = async (administration: Administration, options = OPTIONS) =>
  makeStateBucket(administration, await findStateBucket(administration, options), options);
const LABELS = { 'mymlops-state': 'mymlops' };
const PROTECTED = {
  versioning: { enabled: true },
  iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
};

const expected = (message: string | RegExp): object => ({
  ...{ name: 'ExpectedError', message: expect.stringMatching(message) as unknown },
});

describe('the choices', () => {
  const CHOICES: Choices = {
    ...{ v: 1, project: 'my-project', region: 'europe-west4', deployment: 'mymlops', bucketSuffix: 'x9y8z7' },
    ...{ version: '0.2.0', variables: { users: ['user:ä@example.com'], keep_days: 3, labels: { a: 'b' } } },
  };

  test('are written and read; earlier ones stay in the bucket', async () => {
    const { administration, state } = await open();
    const { name } = await findOrMake(administration, OPTIONS);
    expect(await readChoices(administration, name)).toBeUndefined();
    const first = await writeChoices(administration, name, CHOICES, undefined);
    expect(await readChoices(administration, name)).toEqual({ choices: CHOICES, generation: first });
    const later: Choices = { ...CHOICES, version: '0.3.0' };
    const second = await writeChoices(administration, name, later, first);
    expect(await readChoices(administration, name)).toEqual({ choices: later, generation: second });
    expect(state.buckets.get(name)?.objects.get('choices.json')).toHaveLength(2);
  });

  test.each<[string, string | undefined]>([
    ['since they were read', 'read'],
    ['for the first time, too', undefined],
  ])('somebody else wrote them meanwhile, %s: theirs stay', async (_when, seen) => {
    const { administration } = await open({ buckets: [{ name: 'mine', labels: LABELS, ...PROTECTED }] });
    const theirs: Choices = { ...CHOICES, region: 'us-central1' };
    const before = seen === undefined ? undefined : await writeChoices(administration, 'mine', CHOICES, undefined);
    await writeChoices(administration, 'mine', theirs, before);
    await expect(writeChoices(administration, 'mine', CHOICES, before)).rejects.toMatchObject(
      expected(/^Somebody else has deployed meanwhile: .* Run `deploy` again: it begins with theirs\.$/),
    );
    expect(await readChoices(administration, 'mine')).toMatchObject({ choices: theirs });
  });

  test.each([
    ['that are no JSON', '{'],
    ['that are empty', ''],
    ['of a newer version', JSON.stringify({ ...CHOICES, v: 2 })],
  ])('%s', async (_what, text) => {
    const { administration } = await open({ buckets: [{ name: 'mine', objects: { 'choices.json': text } }] });
    await expect(readChoices(administration, 'mine')).rejects.toMatchObject(
      expected(/^gs:\/\/mine\/choices\.json cannot be read /),
    );
  });

  test.each<[string, (administration: Administration) => Promise<unknown>]>([
    ['read', (administration) => readChoices(administration, 'mine')],
    ['write', (administration) => writeChoices(administration, 'mine', CHOICES, undefined)],
  ])('refused to %s', async (what, call) => {
    const { administration } = await open({ buckets: [{ name: 'mine' }], permissions: ['serviceusage.services.use'] });
    await expect(call(administration)).rejects.toMatchObject(
      expected(
        new RegExp(`^You may not ${what} gs://mine/choices\\.json in project my-project \\(storage\\.objects\\.`),
      ),
    );
  });

  test('the bucket is gone', async () => {
    const { administration } = await open();
    expect(await readChoices(administration, 'gone')).toBeUndefined();
    await expect(writeChoices(administration, 'gone', CHOICES, undefined)).rejects.toMatchObject(
      expected(/^Google did not write gs:\/\/gone\/choices\.json in project my-project: .*does not exist/),
    );
  });
});
