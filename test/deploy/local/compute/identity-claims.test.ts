// The claims of identity tokens.
import { claimsOf } from '../../../../deploy/local/compute/identity-claims';
import type { StoredVm } from '../../../../deploy/local/compute/records';

const VM = {
  ...{ id: '7', name: 'vm', zone: 'local-a', createdAt: 1_500 },
  serviceAccounts: [{ email: 'x@y', scopes: [] }],
} as Partial<StoredVm> as StoredVm;
const NOW_MS = 1_700_000_000_999;

test('it is for the audience, for an hour', () => {
  expect(claimsOf(VM, { audience: 'run', isFull: false }, 'local', NOW_MS)).toEqual({
    ...{ aud: 'run', azp: 'x@y', sub: 'x@y', email: 'x@y', email_verified: true },
    ...{ iss: 'https://accounts.google.com', iat: 1_700_000_000, exp: 1_700_003_600 },
  });
});

test('only a full one names the VM', () => {
  expect(claimsOf(VM, { audience: 'run', isFull: true }, 'local', NOW_MS)).toMatchObject({
    google: {
      compute_engine: { instance_id: '7', instance_name: 'vm', zone: 'local-a', instance_creation_timestamp: 1 },
    },
  });
});

test('without an account it is that of the default one', () => {
  const { email } = claimsOf({ ...VM, serviceAccounts: [] }, { audience: 'a', isFull: false }, 'p', 0) as {
    email: string;
  };
  expect(email).toMatch(/^\d+-compute@developer\.gserviceaccount\.com$/);
});
