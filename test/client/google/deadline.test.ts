// A call that is late or fails: what is behind it is found within seconds, and a healthy one that is slow is left alone.
import { failCalls, within } from '../../../client/src/google/deadline';
import type { Diagnosis, TroubleFinder } from '../../../client/src/google/find-trouble';
import { GoogleTrouble } from '../../../client/src/google/trouble';

const never = new Promise<never>(() => undefined);
const failing = (code: number | string, message = 'x'): Promise<never> =>
  Promise.reject(Object.assign(new Error(message), { code }));

function finder(
  sentence?: string,
  afterMs = 0,
  kind: Diagnosis['kind'] = 'definite',
  about: TroubleFinder['about'] = 'network',
) {
  let looks = 0;
  const trouble = new GoogleTrouble(sentence ?? '', false);
  const find: TroubleFinder['find'] = () => {
    looks++;
    return Promise.resolve(sentence === undefined ? undefined : { trouble, kind });
  };
  return { about, afterMs, looks: () => looks, find };
}

/** Ends well, when the test says so. */
function slow(): { call: Promise<string>; answer: () => void } {
  let answer = (): void => undefined;
  const call = new Promise<string>((resolve) => (answer = () => resolve('answer')));
  return { call, answer };
}

/** Returns when the finders have answered, and all that follows from it has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('a call that nobody answers ends as soon as a look finds why', async () => {
  const finders = [finder(), finder('No network.')];
  await expect(within({ deadlineMs: 60_000, finders }, 'Firestore', never)).rejects.toThrow('No network.');
});

test('a slow call with nothing in its way has the whole time; the sentence names the network', async () => {
  const healthy = finder();
  const late = within({ deadlineMs: 30, finders: [healthy] }, 'Firestore', never);
  await expect(late).rejects.toThrow(/^Firestore did not answer within 0 s\. .* check the network\.$/);
  expect(healthy.looks()).toBe(1);
});

test.each([
  ['found nothing', finder(), {}],
  ['never ends', { about: 'network' as const, afterMs: 0, find: () => never }, {}],
  ['fails itself', { about: 'network' as const, afterMs: 0, find: () => Promise.reject(new Error('x')) }, {}],
  ['got a connection and no answer', finder('Silence.', 0, 'unanswered'), {}],
  ['got no connection, where something was answered before', finder('Silence.', 0, 'unconnected'), { isMade: true }],
])('a slow call that goes well was rejected by a look that %s', async (_what, each, contact) => {
  const { call, answer } = slow();
  const patience = { deadlineMs: 60_000, finders: [each], contact: { isMade: false, ...contact } };
  const result = within(patience, 'Firestore', call);
  await Promise.race([settled(), result]);
  answer();
  expect(await result).toBe('answer');
});

test('a transfer is looked into only when it has failed', async () => {
  const found = finder('No network.');
  const patience = { deadlineMs: 60_000, finders: [found], isTransfer: true };
  const { call, answer } = slow();
  const result = within(patience, 'Cloud Storage', call);
  await Promise.race([settled(), result]);
  answer();
  expect(await result).toBe('answer');
  expect(found.looks()).toBe(0);
  await expect(within(patience, 'Cloud Storage', failing('ECONNRESET'))).rejects.toThrow('No network.');
});

test('no connection in all the time ends a call while nothing was ever answered', async () => {
  const contact = { isMade: false };
  const patience = { deadlineMs: 60_000, finders: [finder('Silence.', 0, 'unconnected')], contact };
  await expect(within(patience, 'Firestore', never)).rejects.toThrow('Silence.');
  expect(contact.isMade).toBe(false);
  await within(patience, 'Firestore', Promise.resolve());
  expect(contact.isMade).toBe(true);
});

test('what a look found says at the deadline why nothing may have come', async () => {
  const patience = { deadlineMs: 30, finders: [finder('The proxy is silent.', 0, 'unanswered')] };
  const late = within(patience, 'Firestore', never);
  await expect(late).rejects.toThrow(/^Firestore did not answer within 0 s\. The proxy is silent\.$/);
});

test('a late look does not blame the network for another failure', async () => {
  const patience = { deadlineMs: 60_000, finders: [finder('Silence.', 0, 'unanswered')] };
  await expect(within(patience, 'Cloud Storage', failing('ENOSPC', 'full'))).rejects.toThrow('full');
  const busy = { ...patience, finders: [finder('Silence.', 0, 'unconnected')], contact: { isMade: true } };
  await expect(within(busy, 'Cloud Storage', failing('ENOSPC', 'full'))).rejects.toThrow('full');
  const revoked = within(patience, 'Firestore', failing(16, 'invalid_grant'));
  await expect(revoked).rejects.toThrow('Your sign-in');
});

test('offline, the look at the sign-in overtook the one at the network', async () => {
  let sayOffline = (_finding: Diagnosis): void => undefined;
  const network: TroubleFinder = {
    about: 'network',
    afterMs: 0,
    find: () => new Promise((resolve) => (sayOffline = resolve)),
  };
  const signIn = finder('You are not signed in.', 1, 'definite', 'sign-in');
  const result = within({ deadlineMs: 60_000, finders: [network, signIn] }, 'Firestore', never);
  await Promise.race([settled(), result]);
  sayOffline({ trouble: new GoogleTrouble('No network.', false), kind: 'definite' });
  await expect(result).rejects.toThrow('No network.');
  expect(signIn.looks()).toBe(0);
});

test('what a library threw where nobody catches it hid what is behind it', async () => {
  const stray = new Error('Could not load the default credentials.');
  expect(failCalls(stray)).toBe(false);
  const result = within({ deadlineMs: 60_000, finders: [finder('No network.', 60_000)] }, 'Firestore', never);
  expect(failCalls(new TypeError('a bug;'))).toBe(false);
  expect(failCalls(stray)).toBe(true);
  await expect(result).rejects.toThrow('No network.');
  // The same once more, while the command ends.
  expect(failCalls(stray)).toBe(true);
});

test('a quick call is not looked into', async () => {
  const idle = finder('No network.', 60_000);
  expect(await within({ deadlineMs: 60_000, finders: [idle] }, 'Pub/Sub', Promise.resolve(1))).toBe(1);
  expect(idle.looks()).toBe(0);
});

test.each([
  ['unavailable', 14],
  ['not signed in', 16],
  ['deadline exceeded', 4],
  ["a system's code", 'ECONNRESET'],
])('a call that fails with %s is looked into at once', async (_what, code) => {
  const found = finder('A firewall.', 60_000);
  const patience = { deadlineMs: 60_000, finders: [finder(undefined, 60_000), found] };
  await expect(within(patience, 'Cloud Storage', failing(code))).rejects.toThrow('A firewall.');
});

test.each([
  ['no permission', 7],
  ['not found', 404],
])('an answer of the service stays what it is: %s', async (_what, code) => {
  const found = finder('A firewall.', 60_000);
  const failed = within({ deadlineMs: 60_000, finders: [found] }, 'Cloud Storage', failing(code));
  await expect(failed).rejects.toMatchObject({ code });
  expect(found.looks()).toBe(0);
});

test('without a network nobody knows whether there are credentials', async () => {
  const message = 'Could not load the default credentials.';
  const offline = { deadlineMs: 60_000, finders: [finder('No network.', 60_000)] };
  await expect(within(offline, 'Firestore', failing('', message))).rejects.toThrow('No network.');
  const signIn = finder('Signed out.', 60_000, 'definite', 'sign-in');
  const online = { deadlineMs: 60_000, finders: [finder(undefined, 60_000), signIn] };
  await expect(within(online, 'Firestore', failing('', message))).rejects.toThrow('You are not signed in');
  expect(signIn.looks()).toBe(0);
});

test('the local cloud is not looked into: its sentence names its own command', async () => {
  const endpoints = {} as never;
  await expect(within({ deadlineMs: 5, endpoints }, 'Firestore', never)).rejects.toThrow(
    '`mymlops-client local status`',
  );
});
