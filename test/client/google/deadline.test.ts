// A call that is late or fails: what is behind it is found within seconds, and a healthy one that is slow is left alone.
import { within } from '../../../client/src/google/deadline';
import type { TroubleFinder } from '../../../client/src/google/find-trouble';
import { GoogleTrouble } from '../../../client/src/google/trouble';

const never = new Promise<never>(() => undefined);
const failing = (code: number | string, message = 'x'): Promise<never> =>
  Promise.reject(Object.assign(new Error(message), { code }));

function finder(
  sentence?: string,
  afterMs = 0,
  about: TroubleFinder['about'] = 'network',
): TroubleFinder & { looks: () => number } {
  let looks = 0;
  return {
    about,
    afterMs,
    looks: () => looks,
    find: () => {
      looks++;
      return Promise.resolve(sentence === undefined ? undefined : new GoogleTrouble(sentence, false));
    },
  };
}

test('a call that nobody answers ends as soon as a look finds why', async () => {
  const finders = [finder(), finder('No network.')];
  await expect(within({ deadlineMs: 60_000, finders }, 'Firestore', never)).rejects.toThrow('No network.');
});

test('a slow call with nothing in its way has the whole time; the sentence names the network', async () => {
  const healthy = finder();
  const late = within({ deadlineMs: 30, finders: [healthy] }, 'Firestore', never);
  await expect(late).rejects.toThrow(/^Firestore did not answer within 0 s\. .* look at the network\.$/);
  expect(healthy.looks()).toBe(1);
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
  const signIn = finder('Signed out.', 60_000, 'sign-in');
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
