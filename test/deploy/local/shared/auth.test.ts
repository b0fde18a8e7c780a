// Who may call: tokens, roles, and what only a browser or a proxy sends.
import { tellApart } from '../../../../deploy/local/process/caller-tracking';
import { createGuard, foreignRefusal } from '../../../../deploy/local/shared/auth';

const OWNER = 'a'.repeat(64);
const guard = createGuard(OWNER);
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('the owner passes where the owner is served', () => {
  expect(guard.refusal(bearer(OWNER), ['owner'])).toBeNull();
  expect(guard.refusal(bearer(OWNER), ['vm'])).toMatchObject({ status: 403 });
});

test('a VM passes where VMs are served, with a token that outlives a restart', () => {
  const token = guard.vmToken('mymlops-20260101-000000-abcd-1');
  expect(createGuard(OWNER).refusal(bearer(token), ['owner', 'vm'])).toBeNull();
  expect(guard.refusal(bearer(token), ['owner'])).toMatchObject({ status: 403 });
  expect(createGuard('b'.repeat(64)).refusal(bearer(token), ['vm'])).toMatchObject({ status: 401 });
});

test.each([
  ['no header', {}],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${OWNER}` }],
  ['a wrong token', bearer('b'.repeat(64))],
  ['a token that is longer', bearer(`${OWNER}a`)],
  ['a VM without a signature', bearer('vm.x.')],
  ["another VM's signature", bearer(guard.vmToken('vm-1').replace('vm-1', 'vm-2'))],
])('%s is refused', (_what, headers) => {
  expect(guard.refusal(headers, ['owner', 'vm'])).toMatchObject({ status: 401 });
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
  expect(guard.refusal({ ...bearer(OWNER), [name]: value }, ['owner'])).toMatchObject({ status: 403 });
});

test.each([['127.0.0.1:8080'], ['localhost'], ['[::1]:80'], ['LOCALHOST:1']])('host %s is this machine', (host) => {
  expect(foreignRefusal({ host })).toBeNull();
});

test("Node's own fetch is no browser", () => {
  expect(foreignRefusal({ host: '127.0.0.1:1', 'sec-fetch-mode': 'cors' })).toBeNull();
});

test('calls of the functions pass, and are no sign of a client', () => {
  let clientCalls = 0;
  const functionsToken = 'f'.repeat(64);
  const told = tellApart({ guard, ownerToken: OWNER, functionsToken, onClientCall: () => (clientCalls += 1) });
  expect(told.refusal(bearer(functionsToken), ['owner'])).toBeNull();
  expect(told.refusal({ ...bearer(functionsToken), origin: 'x' }, ['owner'])).toMatchObject({ status: 403 });
  expect(told.refusal(bearer(guard.vmToken('vm-1')), ['vm'])).toBeNull();
  expect(told.refusal(bearer('x'), ['owner'])).toMatchObject({ status: 401 });
  expect(told.refusal({ ...bearer(OWNER), origin: 'x' }, ['owner'])).toMatchObject({ status: 403 });
  expect(clientCalls).toBe(0);
  expect(told.refusal(bearer(OWNER), ['owner'])).toBeNull();
  expect(clientCalls).toBe(1);
});
