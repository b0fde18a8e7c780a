// Which calls count as the client's.
import { trackCallers } from '../../../../deploy/local/process/caller-tracking';
import { createAuth } from '../../../../deploy/local/shared/auth';

const OWNER = 'a'.repeat(64);
const auth = createAuth(OWNER);
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test("calls of the functions are accepted, and do not count as a client's", () => {
  let clientCalls = 0;
  const functionsToken = 'f'.repeat(64);
  const tracked = trackCallers({ auth, ownerToken: OWNER, functionsToken, onClientCall: () => (clientCalls += 1) });
  expect(tracked.refusal(bearer(functionsToken), ['owner'])).toBeNull();
  expect(tracked.refusal({ ...bearer(functionsToken), origin: 'x' }, ['owner'])).toMatchObject({ status: 403 });
  expect(tracked.refusal(bearer(auth.vmToken('vm-1')), ['vm'])).toBeNull();
  expect(tracked.refusal(bearer('x'), ['owner'])).toMatchObject({ status: 401 });
  expect(tracked.refusal({ ...bearer(OWNER), origin: 'x' }, ['owner'])).toMatchObject({ status: 403 });
  expect(clientCalls).toBe(0);
  expect(tracked.refusal(bearer(OWNER), ['owner'])).toBeNull();
  expect(clientCalls).toBe(1);
});
