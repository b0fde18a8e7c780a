// The deletion of history, results, secrets and images, where Google refuses, is late, loses answers, or the process ends in the middle.
import { deleteKept } from '../../../../client/src/deployment/removal/delete-kept';
import { aRemoval, DATABASE, deleteAll, IMAGE, left, LIVE, OF_OTHERS, refusal, RESULTS } from './a-removal';

const objects = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`runs/${at}`, 'x']));

test('all goes, and nothing of another deployment', async () => {
  const removal = await aRemoval();
  await deleteAll(removal);
  expect(left(removal)).toEqual(OF_OTHERS);
  expect(removal.said.at(-1)).toContain(`Deleted the database ${DATABASE}`);
});

test('a bucket of many pages, with older versions of an object', async () => {
  const removal = await aRemoval({ buckets: [{ name: RESULTS, objects: objects(50) }], pageSize: 7 });
  removal.state.buckets.get(RESULTS)?.objects.set('state', [
    { generation: '1', text: 'old' },
    { generation: '2', text: 'new' },
  ]);
  await deleteAll(removal);
  expect(left(removal).buckets).toEqual([]);
  expect(removal.said).toContain(`Deleted 52 objects of ${RESULTS}`);
});

test('a page without objects was taken for the end of the list', async () => {
  const removal = await aRemoval({ buckets: [{ name: RESULTS, objects: objects(2) }] });
  const list = `GET storage /storage/v1/b/${RESULTS}/o?`;
  removal.failNext(list, 200, { kind: 'storage#objects', nextPageToken: 'after-0' });
  removal.failNext(list, 200, { kind: 'storage#objects', nextPageToken: 'after-0' });
  await deleteAll(removal);
  expect(left(removal).buckets).toEqual([]);
});

test('an object that comes while the bucket is being deleted goes, too', async () => {
  const removal = await aRemoval({ buckets: [{ name: LIVE, objects: objects(2) }] });
  const bucket = removal.state.buckets.get(LIVE);
  const { buckets } = removal.given.administration;
  let isLate = false;
  const someObjects: typeof buckets.someObjects = async (name) => {
    const some = await buckets.someObjects(name);
    if (!some.refusal && some.value.length === 0 && !isLate) {
      isLate = true;
      bucket?.objects.set('late', [{ generation: '9', text: 'of a VM' }]);
    }
    return some;
  };
  const administration = { ...removal.given.administration, buckets: { ...buckets, someObjects } };
  await deleteKept({ ...removal.given, administration }, await removal.kept());
  expect(left(removal).buckets).toEqual([]);
});

test('a bucket that stays full ends with a sentence', async () => {
  const removal = await aRemoval({ buckets: [{ name: LIVE }] });
  for (let times = 0; times < 100; times++) {
    const error = { code: 409, message: 'The bucket you tried to delete is not empty.', errors: [] };
    removal.failNext(`DELETE storage /storage/v1/b/${LIVE}`, 409, { error });
  }
  expect(await refusal(removal)).toContain(`Google did not delete the bucket ${LIVE}`);
});

describe.each([
  ['storage.objects.list', /^You may not delete the bucket .*\(storage\.objects\.list\).*roles\/storage\.admin/],
  ['storage.objects.delete', /^You may not delete the bucket .*\(storage\.objects\.delete\).*roles\/storage\.admin/],
  ['storage.buckets.delete', /^You may not delete the bucket .*\(storage\.buckets\.delete\).*roles\/storage\.admin/],
  [
    'compute.images.delete',
    /^You may not delete the image mymlops-torch.*\(compute\.images\.delete\).*roles\/compute\.storageAdmin/,
  ],
  ['secretmanager.secrets.delete', /^You may not delete the secret mymlops_TOKEN .*\(secretmanager\.secrets\.delete\)/],
  [
    'datastore.databases.update',
    /^You may not delete the database .*\(datastore\.databases\.update\).*datastore\.owner/,
  ],
  [
    'datastore.databases.delete',
    /^You may not delete the database .*\(datastore\.databases\.delete\).*datastore\.owner/,
  ],
])('without %s', (permission, sentence) => {
  test('the sentence names it; with it, the same line goes on', async () => {
    const removal = await aRemoval({ lacks: [permission] });
    expect(await refusal(removal)).toMatch(sentence);
    removal.state.lacks.clear();
    await deleteAll(removal);
    expect(left(removal)).toEqual(OF_OTHERS);
  });
});

test('after a refusal, no more objects are deleted in the background', async () => {
  const removal = await aRemoval({ buckets: [{ name: RESULTS, objects: objects(60) }], pageSize: 60 });
  const error = { code: 403, message: 'x does not have storage.objects.delete access', errors: [] };
  removal.failNext('DELETE storage', 403, { error });
  await refusal(removal);
  const calls = removal.state.calls.length;
  await removal.administration.projects.get();
  await removal.administration.projects.get();
  expect(removal.state.calls.slice(calls).filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

describe('the database', () => {
  const patch = `PATCH firestore /v1/projects/my-project/databases/${DATABASE}`;
  const remove = `DELETE firestore /v1/projects/my-project/databases/${DATABASE}`;
  const refused = (message: string) => ({ error: { code: 400, status: 'FAILED_PRECONDITION', message } });
  const PROTECTED = refused('Cannot delete the database because delete protection is enabled.');

  test('whose protection is still there goes after pauses', async () => {
    const removal = await aRemoval();
    removal.state.images = removal.state.images.filter(({ name }) => name !== IMAGE);
    removal.failNext(remove, 400, PROTECTED);
    removal.failNext(patch, 409, {
      error: { code: 409, status: 'ABORTED', message: 'There was a concurrent update.' },
    });
    await deleteAll(removal);
    expect(left(removal)).toEqual(OF_OTHERS);
    expect(removal.slept.slice(0, 2)).toEqual([3_000, 3_000]);
  });

  test('whose protection stays ends with the sentence of Google', async () => {
    const removal = await aRemoval();
    removal.state.images = [];
    for (let times = 0; times < 20; times++) removal.failNext(remove, 400, PROTECTED);
    expect(await refusal(removal)).toMatch(/did not delete the database mymlops-runs .* delete protection is enabled/);
    expect(removal.slept).toHaveLength(9);
  });

  test('is deleted by an operation, whose end is awaited: until then it was called deleted, and kept', async () => {
    const removal = await aRemoval();
    removal.state.images = [];
    removal.onPause = () => expect(removal.said.join()).not.toContain('Deleted the database');
    await deleteAll(removal);
    expect(removal.slept.length).toBeGreaterThan(0);
    expect((await removal.kept()).database).toBeUndefined();
  });

  test('whose deletion takes longer: the same line goes on', async () => {
    const removal = await aRemoval({ databases: { [DATABASE]: { location: 'x', deletionPolls: 1_000 } } });
    expect(await refusal(removal)).toBe(
      'Google has begun to delete the database mymlops-runs, and has not ended after 2 minutes. Run the same line again: it goes on from here.',
    );
    expect(await refusal(removal)).toContain('Run the same line again');
    Object.assign(removal.state.databases[DATABASE] ?? {}, { pollsLeft: 1 });
    await deleteAll(removal);
    expect(left(removal).databases).toEqual([]);
  });

  test('a Ctrl-C ends the waiting', async () => {
    const removal = await aRemoval({ databases: { [DATABASE]: { location: 'x', deletionPolls: 1_000 } } });
    removal.state.images = [];
    removal.onPause = () => removal.stop.abort();
    await expect(deleteAll(removal)).rejects.toThrow('interrupted');
    expect(removal.slept).toHaveLength(1);
  });
});

test('a Ctrl-C between two things: nothing more is deleted', async () => {
  const removal = await aRemoval();
  const kept = await removal.kept();
  const { context } = removal.given;
  const notice = (line: string): void => {
    if (line.startsWith(`Deleted the bucket ${LIVE}`)) removal.stop.abort();
  };
  await expect(deleteKept({ ...removal.given, context: { ...context, notice } }, kept)).rejects.toThrow(/abort/i);
  expect(left(removal)).toMatchObject({
    databases: [DATABASE, ...OF_OTHERS.databases],
    secrets: ['mymlops_TOKEN', ...OF_OTHERS.secrets],
  });
});

test.each([
  ['an object', `DELETE storage /storage/v1/b/${RESULTS}/o/`],
  ['a bucket', `DELETE storage /storage/v1/b/${LIVE}`],
  ['a secret', 'DELETE secretmanager'],
  ['an image', 'DELETE compute'],
  ['the protection of the database', 'PATCH firestore'],
  ['the database', 'DELETE firestore'],
])('the lost answer of the deletion of %s changes nothing', async (_what, call) => {
  const removal = await aRemoval();
  removal.loseNext(call);
  await deleteAll(removal);
  expect(left(removal)).toEqual(OF_OTHERS);
});

test('killed after any of its calls, and called again: all goes', async () => {
  const whole = await aRemoval();
  await deleteAll(whole);
  const changes = whole.state.calls.filter((line) => /^(DELETE|PATCH)/.test(line)).length;
  expect(changes).toBeGreaterThan(5);
  for (let killedAt = 0; killedAt < changes; killedAt++) {
    const removal = await aRemoval();
    const { administration } = removal.given;
    let made = 0;
    // The call took effect, and then the process ended.
    const dying = <T extends object>(part: T): T =>
      new Proxy(part, {
        get: (target, name: keyof T & string) =>
          name.startsWith('remove')
            ? async (...args: unknown[]) => {
                const answer: unknown = await (target[name] as (...given: unknown[]) => Promise<unknown>)(...args);
                if (made++ === killedAt) throw new Error('killed');
                return answer;
              }
            : target[name],
      });
    const dead = { ...administration, buckets: dying(administration.buckets), secrets: dying(administration.secrets) };
    const parts = { images: dying(administration.images), databases: dying(administration.databases) };
    const given = { ...removal.given, administration: { ...dead, ...parts } };
    await deleteKept(given, await removal.kept()).catch((error: Error) => expect(error.message).toBe('killed'));
    await deleteAll(removal);
    expect(left(removal)).toEqual(OF_OTHERS);
  }
});

test('what is gone already, since it was found, is deleted', async () => {
  const removal = await aRemoval();
  const kept = await removal.kept();
  removal.state.buckets.delete(LIVE);
  removal.state.buckets.delete(RESULTS);
  removal.state.secrets.delete('mymlops_TOKEN');
  removal.state.images = removal.state.images.filter(({ name }) => name !== IMAGE);
  delete removal.state.databases[DATABASE];
  await deleteKept(removal.given, kept);
  expect(left(removal)).toEqual(OF_OTHERS);
});
