// The calls of `deploy` to Google's administration, over HTTP, against a stand-in that is as strict as Google.
import { APIS } from '../../../client/src/deployment/apis';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, valueOf, type Opened } from './open-administration';

const NUMBER = '123456789012';

const open = (options: GoogleOptions = {}): Promise<Opened> => openWith({ enabled: APIS, ...options });

describe('what each call resolves to', () => {
  test('the project, and its billing', async () => {
    const { administration } = await open();
    expect(await administration.projects.get()).toEqual({
      value: { id: 'my-project', number: NUMBER, state: 'ACTIVE' },
    });
    expect(await administration.projects.hasBilling()).toEqual({ value: true });
  });

  test('a project without billing: Google leaves the field out', async () => {
    const { administration } = await open({ hasBilling: false });
    expect(await administration.projects.hasBilling()).toEqual({ value: false });
  });

  test('a project that is being deleted', async () => {
    const { administration } = await open({ project: { state: 'DELETE_REQUESTED' } });
    expect(await administration.projects.get()).toMatchObject({ value: { state: 'DELETE_REQUESTED' } });
  });

  test('rights: at most 100 in a call, and nothing where the caller has none of them', async () => {
    const [first, last] = ['compute.things.doA', 'compute.things.doB'];
    const many = [first, ...Array.from({ length: 203 }, () => 'compute.things.doC'), last];
    const { administration, state } = await open({
      permissions: ['serviceusage.services.use', first, last],
    });
    expect(await administration.projects.allowed(many)).toEqual({
      value: [first, last],
    });
    expect(state.calls).toHaveLength(3);
    expect(await administration.projects.allowed([])).toEqual({ value: [] });
  });

  test('enabled APIs, over several pages', async () => {
    const { administration, state } = await open();
    expect(await administration.services.listEnabled()).toEqual({ value: APIS.toSorted() });
    expect(state.calls).toHaveLength(Math.ceil(APIS.length / 3));
  });

  test('APIs are enabled by an operation that takes time', async () => {
    const { administration, state } = await open({ enabled: ['serviceusage.googleapis.com'] });
    const begun = valueOf(await administration.services.enable(['pubsub.googleapis.com']));
    expect(begun).toMatchObject({ isDone: false });
    expect(await administration.services.poll(begun)).toEqual({ value: { name: begun.name, isDone: false } });
    expect(state.enabled).not.toContain('pubsub.googleapis.com');
    expect(await administration.services.poll(begun)).toEqual({ value: { name: begun.name, isDone: true } });
    expect(state.enabled).toContain('pubsub.googleapis.com');
    expect(await administration.services.enable(['pubsub.googleapis.com'])).toMatchObject({ value: { isDone: true } });
  });

  test('the account of a service is made by an operation of another version of the API', async () => {
    const { administration, state } = await open();
    const begun = valueOf(await administration.services.makeAgent('pubsub.googleapis.com'));
    expect(await administration.services.poll(begun)).toMatchObject({ value: { isDone: false } });
    expect(await administration.services.poll(begun)).toMatchObject({ value: { isDone: true } });
    expect(state.agents).toEqual(['pubsub.googleapis.com']);
    expect(await administration.services.makeAgent('pubsub.googleapis.com')).toMatchObject({ value: { isDone: true } });
  });

  test('an operation that failed', async () => {
    const { administration, state } = await open({ enabled: ['serviceusage.googleapis.com'] });
    state.nextOperationError = { code: 7, message: 'Terms of service were not accepted' };
    const begun = valueOf(await administration.services.enable(['run.googleapis.com']));
    await administration.services.poll(begun);
    expect(await administration.services.poll(begun)).toEqual({
      value: { ...begun, isDone: true, failure: { status: 403, message: 'Terms of service were not accepted' } },
    });
  });

  test('quotas of the project and of the regions', async () => {
    const quotas = [{ metric: 'NETWORKS', limit: 5, usage: 1 }];
    const regions = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}-north1`, quotas]));
    const { administration } = await open({ quotas: { project: quotas, regions } });
    expect(await administration.quotas.ofProject()).toEqual({ value: quotas });
    expect(await administration.quotas.ofRegions()).toEqual({
      value: Object.entries(regions).map(([region, own]) => ({ region, quotas: own })),
    });
  });

  test.each([
    ['gcp.resourceLocations', [{ values: { allowedValues: ['in:eu-locations'] } }], [{ allowed: ['in:eu-locations'] }]],
    ['compute.vmExternalIpAccess', [{ denyAll: true }], [{ denyAll: true }]],
    ['compute.vmExternalIpAccess', undefined, [{ allowAll: true }]],
    ['compute.requireOsLogin', undefined, [{ enforce: false }]],
    [
      'gcp.restrictNonCmekServices',
      [{ values: { deniedValues: ['x'] }, condition: { expression: 'y' } }, { enforce: true }],
      [{ denied: ['x'], isConditional: true }, { enforce: true }],
    ],
  ])('the policy %s with %j', async (constraint, sent, rules) => {
    const { administration } = await open({ policies: sent ? { [constraint]: sent } : {} });
    expect(await administration.policies.effective(constraint)).toEqual({ value: { constraint, rules } });
  });

  test('a database, and one that does not exist', async () => {
    const { administration } = await open({ databases: { mymlops: { location: 'europe-west4' } } });
    const value = { location: 'europe-west4', type: 'FIRESTORE_NATIVE' };
    expect(await administration.databases.get('mymlops')).toEqual({ value });
    expect(await administration.databases.get('(default)')).toEqual({ value: undefined });
  });
});

describe('buckets', () => {
  test('a new one is protected from the start, and shown as others see it', async () => {
    const { administration, state } = await open();
    const labels = { 'mymlops-state': 'mymlops' };
    const made = valueOf(await administration.buckets.insert({ name: 'one-a1', location: 'EUROPE-WEST4', labels }));
    expect(made).toEqual({
      ...{ name: 'one-a1', projectNumber: NUMBER, location: 'EUROPE-WEST4', labels, metageneration: '1' },
      ...{ isVersioned: true, hasUniformAccess: true, isPrivate: true },
    });
    expect(await administration.buckets.get('one-a1')).toEqual({ value: made });
    expect(await administration.buckets.list()).toEqual({ value: [made] });
    expect([...state.buckets.keys()]).toEqual(['one-a1']);
  });

  test('all pages of the list, and none of another project', async () => {
    const buckets = ['a-1', 'b-1', 'c-1', 'd-1'].map((name) => ({ name }));
    const { administration } = await open({ buckets: [...buckets, { name: 'e-1', projectNumber: '99' }] });
    const listed = valueOf(await administration.buckets.list());
    expect(listed.map(({ name }) => name)).toEqual(['a-1', 'b-1', 'c-1', 'd-1']);
    expect(listed[0]).toMatchObject({ isVersioned: false, hasUniformAccess: false, isPrivate: false, labels: {} });
  });

  test('one that does not exist, and one that another project has', async () => {
    const { administration } = await open({ buckets: [{ name: 'taken', projectNumber: '99' }] });
    expect(await administration.buckets.get('nobodys')).toEqual({ value: undefined });
    expect(await administration.buckets.get('taken')).toMatchObject({
      refusal: { status: 403, permission: 'storage.buckets.get' },
    });
  });

  test('protection comes back, unless somebody changed the bucket since it was read', async () => {
    const { administration } = await open({ buckets: [{ name: 'mine', labels: { a: 'b' } }] });
    const before = valueOf(await administration.buckets.list())[0];
    if (!before) throw new Error('no bucket');
    expect(await administration.buckets.harden(before)).toMatchObject({
      value: { isVersioned: true, hasUniformAccess: true, isPrivate: true, labels: { a: 'b' }, metageneration: '2' },
    });
    expect(await administration.buckets.harden(before)).toMatchObject({ refusal: { status: 412 } });
  });

  test('a text is written and read as it is, and only over the version that was read', async () => {
    const { administration } = await open({ buckets: [{ name: 'mine', versioning: { enabled: true } }] });
    const { buckets } = administration;
    const text = '{ "wörter": "\\u00e9 Ω",\n  "a/b": 1 }\n';
    expect(await buckets.readText('mine', 'a folder/choices.json')).toEqual({ value: undefined });
    const generation = valueOf(await buckets.writeText('mine', 'a folder/choices.json', text, '0'));
    expect(await buckets.readText('mine', 'a folder/choices.json')).toEqual({ value: { text, generation } });
    expect(await buckets.writeText('mine', 'a folder/choices.json', 'x', '0')).toMatchObject({
      refusal: { status: 412 },
    });
    const next = valueOf(await buckets.writeText('mine', 'a folder/choices.json', 'x', generation));
    expect(next).not.toBe(generation);
    expect(await buckets.readText('mine', 'a folder/choices.json')).toEqual({ value: { text: 'x', generation: next } });
  });
});
