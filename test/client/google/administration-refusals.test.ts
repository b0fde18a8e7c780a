// Who calls Google's administration, and what happens where it refuses or fails.
import { APIS } from '../../../client/src/deployment/apis';
import { ImpersonationRefused, type Administration } from '../../../client/src/google/administration';
import type { GoogleOptions } from '../../fakes/google-administration';
import { openWith, type Opened } from './open-administration';

const open = (options: GoogleOptions = {}, more: Parameters<typeof openWith>[1] = {}): Promise<Opened> =>
  openWith({ enabled: APIS, ...options }, more);

const ACTING = { enabled: [...APIS, 'iamcredentials.googleapis.com'] };

describe('who calls', () => {
  test('a person, with the address that Google knows', async () => {
    const { administration, token, state } = await open();
    expect(await administration.caller()).toEqual({
      ...{ isPerson: true, email: 'ada@example.com', member: 'user:ada@example.com' },
    });
    expect(state.calls.join()).not.toContain(token);
  });

  test('a person whose address Google does not tell', async () => {
    const { administration } = await open({ email: undefined });
    expect(await administration.caller()).toEqual({ isPerson: true });
  });

  test('a federated identity, whose token the sign-in does not know: its address stays unknown', async () => {
    const { administration } = await open({ isFederated: true });
    expect(await administration.caller()).toEqual({ isPerson: true });
    expect(await administration.projects.get()).toMatchObject({ value: { number: '123456789012' } });
  });

  test('a moment in which the sign-in does not answer: the address stays unknown', async () => {
    const { administration, failNext } = await open();
    failNext('tokeninfo', 400, { error: 'temporarily_unavailable' });
    expect(await administration.caller()).toEqual({ isPerson: true });
  });

  test('a service account that the person acts as', async () => {
    const email = 'robot@my-project.iam.gserviceaccount.com';
    const { administration } = await open({ ...ACTING, accounts: [email] }, { impersonate: email });
    expect(await administration.caller()).toEqual({ isPerson: false, email, member: `serviceAccount:${email}` });
    expect(await administration.projects.get()).toMatchObject({ value: { number: '123456789012' } });
  });

  test('a service account that the person may not act as', async () => {
    const { administration } = await open(ACTING, { impersonate: 'robot@x.iam.gserviceaccount.com' });
    const error = await administration.projects.get().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImpersonationRefused);
    expect(error).toMatchObject({ account: 'robot@x.iam.gserviceaccount.com', code: 7 });
  });

  test('a service account, where the API that gives its tokens is off', async () => {
    const email = 'robot@my-project.iam.gserviceaccount.com';
    const { administration } = await open({ accounts: [email] }, { impersonate: email });
    await expect(administration.projects.get()).rejects.toMatchObject({
      account: email,
      refusal: { reason: 'SERVICE_DISABLED', service: 'iamcredentials.googleapis.com' },
    });
  });

  test('a token that Google does not accept: the call throws', async () => {
    const { administration } = await open({}, { token: 'expired' });
    await expect(administration.projects.get()).rejects.toMatchObject({ code: 16 });
  });
});

describe('refusals are data', () => {
  test('an API that is off', async () => {
    const { administration } = await open({ enabled: [] });
    const services = { storage: administration.buckets.list(), compute: administration.quotas.ofProject() };
    for (const [service, answer] of Object.entries(services)) {
      expect(await answer).toMatchObject({
        refusal: { status: 403, reason: 'SERVICE_DISABLED', service: `${service}.googleapis.com` },
      });
    }
  });

  test('a project that the caller may not use', async () => {
    const { administration } = await open({ project: { id: 'other' } });
    expect(await administration.projects.get()).toMatchObject({
      refusal: { status: 403, reason: 'USER_PROJECT_DENIED' },
    });
  });

  test.each<[string, (administration: Administration) => Promise<unknown>]>([
    ['resourcemanager.projects.get', ({ projects }) => projects.get()],
    ['resourcemanager.projects.get', ({ projects }) => projects.hasBilling()],
    ['serviceusage.services.list', ({ services }) => services.listEnabled()],
    ['compute.projects.get', ({ quotas }) => quotas.ofProject()],
    ['compute.regions.list', ({ quotas }) => quotas.ofRegions()],
    ['orgpolicy.policy.get', ({ policies }) => policies.effective('compute.requireOsLogin')],
    ['datastore.databases.getMetadata', ({ databases }) => databases.get('x')],
    ['storage.buckets.list', ({ buckets }) => buckets.list()],
    ['storage.buckets.create', ({ buckets }) => buckets.insert({ name: 'new-1', location: 'EU', labels: {} })],
    ['storage.buckets.update', ({ buckets }) => buckets.harden({ name: 'mine', metageneration: '1' })],
    ['storage.objects.get', ({ buckets }) => buckets.readText('mine', 'x')],
    ['storage.objects.create', ({ buckets }) => buckets.writeText('mine', 'x', 'y', '0')],
  ])('without %s', async (permission, call) => {
    const { administration } = await open({
      ...{ permissions: ['serviceusage.services.use'], buckets: [{ name: 'mine' }] },
    });
    expect(await call(administration)).toMatchObject({ refusal: { status: 403, permission } });
  });

  test('a text that is deleted between the two calls that read it is none, and one that may not be read is refused', async () => {
    const { administration, failNext } = await open({ buckets: [{ name: 'mine', objects: { x: 'y' } }] });
    failNext('alt=media', 404, { error: { code: 404, message: 'No such object: mine/x', errors: [] } });
    expect(await administration.buckets.readText('mine', 'x')).toEqual({ value: undefined });
    failNext('alt=media', 403, {
      error: { code: 403, message: "Permission 'storage.objects.get' denied", errors: [] },
    });
    expect(await administration.buckets.readText('mine', 'x')).toMatchObject({
      refusal: { status: 403, permission: 'storage.objects.get' },
    });
  });

  test('more APIs than Google enables at once', async () => {
    const { administration } = await open();
    const many = Array.from({ length: 21 }, (_, at) => `api${'x'.repeat(at)}.googleapis.com`);
    expect(await administration.services.enable(many)).toMatchObject({ refusal: { status: 400 } });
  });
});

describe('a service that fails', () => {
  const BUSY = { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } };

  test.each<[string, string, (administration: Administration) => Promise<unknown>]>([
    ['a reading call', 'GET cloudresourcemanager', ({ projects }) => projects.get()],
    ['a call that asks', 'testIamPermissions', ({ projects }) => projects.allowed(['compute.networks.create'])],
    ['a call that may be made twice', 'batchEnable', ({ services }) => services.enable(['run.googleapis.com'])],
  ])('%s is made again', async (_what, part, call) => {
    const { administration, failNext, state } = await open();
    failNext(part, 503, BUSY);
    expect(await call(administration)).toHaveProperty('value');
    expect(state.calls).toHaveLength(2);
  });

  test.each<[string, string, (administration: Administration) => Promise<unknown>]>([
    ['a new bucket', '/b?', ({ buckets }) => buckets.insert({ name: 'new-1', location: 'EU', labels: {} })],
    ['a text', '/upload', ({ buckets }) => buckets.writeText('mine', 'x', 'y', '0')],
  ])('%s is not made again: the first call may have had its effect', async (_what, part, call) => {
    const { administration, loseNext, state } = await open({ buckets: [{ name: 'mine' }] });
    loseNext(part);
    await expect(call(administration)).rejects.toMatchObject({ code: 14 });
    expect(state.calls).toHaveLength(1);
  });

  test('a page that is not in the form of Google is a gateway on the way, not an answer', async () => {
    const { administration, failNext } = await open();
    failNext('GET storage', 403, '<html>Log in here</html>');
    await expect(administration.buckets.list()).rejects.toMatchObject({ code: 14 });
  });

  test('nobody listens', async () => {
    const { administration, close } = await open();
    await close();
    await expect(administration.projects.allowed(['a.b.c'])).rejects.toMatchObject({
      cause: { cause: { code: 'ECONNREFUSED' } },
    });
  });
});
