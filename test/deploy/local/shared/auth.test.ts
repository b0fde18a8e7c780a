// Who may call: tokens, roles, and headers that only a browser or a proxy sends.
import { createAuth, foreignRefusal } from '../../../../deploy/local/shared/auth';

const OWNER = 'a'.repeat(64);
const auth = createAuth(OWNER);
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('the owner may call services of the owner', () => {
  expect(auth.refusal(bearer(OWNER), ['owner'])).toBeNull();
  expect(auth.refusal(bearer(OWNER), ['vm'])).toMatchObject({ status: 403 });
});

test('a VM may call services of VMs, with a token that outlives a restart', () => {
  const token = auth.vmToken('mymlops-20260101-000000-abcd-1');
  expect(createAuth(OWNER).refusal(bearer(token), ['owner', 'vm'])).toBeNull();
  expect(auth.refusal(bearer(token), ['owner'])).toMatchObject({ status: 403 });
  expect(createAuth('b'.repeat(64)).refusal(bearer(token), ['vm'])).toMatchObject({ status: 401 });
});

test.each([
  ['no header', {}],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${OWNER}` }],
  ['a wrong token', bearer('b'.repeat(64))],
  ['a token that is longer', bearer(`${OWNER}a`)],
  ['a VM without a signature', bearer('vm.x.')],
  ["another VM's signature", bearer(auth.vmToken('vm-1').replace('vm-1', 'vm-2'))],
])('%s is refused', (_what, headers) => {
  expect(auth.refusal(headers, ['owner', 'vm'])).toMatchObject({ status: 401 });
});

test.each([
  ['origin', 'http://127.0.0.1'],
  ['origin', 'null'],
  ['sec-fetch-site', 'none'],
  ['sec-fetch-dest', 'document'],
  ['x-forwarded-for', '127.0.0.1'],
  ['host', 'rebound.example:8080'],
  ['host', '127.0.0.1.example'],
  [':authority', 'rebound.example'],
])('%s: %s is refused although the token is right', (name, value) => {
  expect(auth.refusal({ ...bearer(OWNER), [name]: value }, ['owner'])).toMatchObject({ status: 403 });
});

test.each([['127.0.0.1:8080'], ['localhost'], ['[::1]:80'], ['LOCALHOST:1']])('host %s is this computer', (host) => {
  expect(foreignRefusal({ host })).toBeNull();
});

test("Node's own fetch is not refused as a browser", () => {
  expect(foreignRefusal({ host: '127.0.0.1:1', 'sec-fetch-mode': 'cors' })).toBeNull();
});
