// An identity token in the attributes of a message, in parts that Pub/Sub accepts.
import { IDENTITY_PART_LENGTH, identityClaims, identityIn, parseWith } from '@mymlops/protocol';
import { identityAttributes } from '../../fakes/identity-attributes';

test.each([0, 1, IDENTITY_PART_LENGTH, IDENTITY_PART_LENGTH + 1, 4 * IDENTITY_PART_LENGTH])(
  'a token of %i characters is put together again',
  (length) => {
    const token = Array.from({ length }, (_, index) => String(index % 10)).join('');
    expect(identityIn(identityAttributes(token))).toBe(token);
  },
);

test('the parts count in the order of their names', () => {
  expect(
    identityIn({ identity2: 'b', other: 'x', identity1: 'a', identity3: 'c', identity4: 'd', identity5: 'e' }),
  ).toBe('abcd');
});

test('a message without a token has an empty one', () => {
  expect(identityIn({})).toBe('');
});

const VM = {
  project_id: 'p',
  zone: 'z',
  instance_name: 'vm',
  instance_id: '1',
  instance_creation_timestamp: 1_732_183_200,
};
const CLAIMS = { iss: 'https://accounts.google.com', aud: 'run', exp: 1_732_186_800, google: { compute_engine: VM } };

test.each<[string, object, boolean]>([
  ['as Google writes them', CLAIMS, true],
  ['with its other name', { ...CLAIMS, iss: 'accounts.google.com' }, true],
  ['with more claims', { ...CLAIMS, sub: '1' }, true],
  ['of another issuer', { ...CLAIMS, iss: 'https://accounts.example.com' }, false],
  ['without the VM', { ...CLAIMS, google: {} }, false],
  [
    'with a numeric id that JavaScript would round',
    { ...CLAIMS, google: { compute_engine: { ...VM, instance_id: 1 } } },
    false,
  ],
])('claims %s', (_what, claims, isAccepted) => {
  expect(parseWith(identityClaims, claims).ok).toBe(isAccepted);
});
