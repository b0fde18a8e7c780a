// Who may call: tokens, and headers that only a browser or a proxy sends.
import { IDENTITIES } from '@mymlops/protocol';
import { createAuth, foreignRefusal } from '../../../../deploy/local/shared/auth';

const OWNER = 'a'.repeat(64);
const auth = createAuth(OWNER);
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('each identity is known by a token of its own, which outlives a restart', () => {
  const tokens = IDENTITIES.map((identity) =>
    identity === 'vm' ? auth.vmToken('mymlops-20260101-000000-abcd-1') : auth.tokenOf(identity),
  );
  expect(new Set([OWNER, ...tokens]).size).toBe(IDENTITIES.length + 1);
  const restarted = createAuth(OWNER);
  expect(tokens.map((token) => restarted.callerOf(bearer(token)))).toMatchObject(
    IDENTITIES.map((identity) => ({ identity })),
  );
  const another = createAuth('b'.repeat(64));
  for (const token of [OWNER, ...tokens]) expect(another.callerOf(bearer(token))).toMatchObject({ status: 401 });
});

test('the owner, and a VM by its name', () => {
  expect(auth.callerOf(bearer(OWNER))).toEqual({ identity: 'owner' });
  expect(auth.callerOf(bearer(auth.vmToken('vm-1')))).toEqual({ identity: 'vm', vm: 'vm-1' });
});

test.each([
  ['no header', {}],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${OWNER}` }],
  ['a wrong token', bearer('b'.repeat(64))],
  ['a token that is longer', bearer(`${OWNER}a`)],
  ['a VM without a signature', bearer('vm.x.')],
  ['an identity without a signature', bearer('request.')],
  ["another identity's signature", bearer(auth.tokenOf('client').replace('client', 'request'))],
  ["an identity's signature as a VM's", bearer(auth.tokenOf('client').replace('client', 'vm.client'))],
  ["another VM's signature", bearer(auth.vmToken('vm-1').replace('vm-1', 'vm-2'))],
])('%s is refused', (_what, headers) => {
  expect(auth.callerOf(headers)).toMatchObject({ status: 401 });
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
  expect(auth.callerOf({ ...bearer(OWNER), [name]: value })).toMatchObject({ status: 403 });
});

test.each([['127.0.0.1:8080'], ['localhost'], ['[::1]:80'], ['LOCALHOST:1']])('host %s is this computer', (host) => {
  expect(foreignRefusal({ host })).toBeNull();
});

test("Node's own fetch is not refused as a browser", () => {
  expect(foreignRefusal({ host: '127.0.0.1:1', 'sec-fetch-mode': 'cors' })).toBeNull();
});
