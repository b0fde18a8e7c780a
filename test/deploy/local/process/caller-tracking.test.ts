// Which calls count as the client's.
import { trackCallers } from '../../../../deploy/local/process/caller-tracking';
import { createAuth } from '../../../../deploy/local/shared/auth';

const OWNER = 'a'.repeat(64);
const auth = createAuth(OWNER);
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('calls of client and owner count, those of the deployment and refused ones do not', () => {
  let clientCalls = 0;
  const tracked = trackCallers(auth, () => (clientCalls += 1));
  for (const identity of ['request', 'event', 'sweep', 'push'] as const) {
    expect(tracked.callerOf(bearer(tracked.tokenOf(identity)))).toEqual({ identity });
  }
  expect(tracked.callerOf(bearer(tracked.vmToken('vm-1')))).toEqual({ identity: 'vm', vm: 'vm-1' });
  expect(tracked.callerOf(bearer('x'))).toMatchObject({ status: 401 });
  expect(tracked.callerOf({ ...bearer(OWNER), origin: 'x' })).toMatchObject({ status: 403 });
  expect(clientCalls).toBe(0);
  expect(tracked.callerOf(bearer(OWNER))).toEqual({ identity: 'owner' });
  expect(tracked.callerOf(bearer(auth.tokenOf('client')))).toEqual({ identity: 'client' });
  expect(clientCalls).toBe(2);
});
