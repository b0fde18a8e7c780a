// Identity tokens against Google's certificates: real signatures, hostile tokens, and a certificate service that fails.
import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { openTokens } from '../../functions/src/google/tokens';

const PUBLISHED = '2026-11-21T10:00:00.000Z';
const AT = Date.parse(PUBLISHED) / 1000;
const HOUR = 3600;
const SKEW = 300;
const KID = 'key-1';
const OTHER_KID = 'key-2';
/** Not every list holds it. */
const NEW_KID = 'key-3';

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const key = newKey();
const otherKey = newKey();

const VM = {
  instance_creation_timestamp: AT - 60,
  instance_id: '123',
  instance_name: 'mymlops-run-1',
  project_id: 'project',
  zone: 'zone',
};
const CLAIMS = {
  iss: 'https://accounts.google.com',
  aud: 'run',
  iat: AT - 60,
  exp: AT + HOUR,
  google: { compute_engine: VM },
};
const HEADER = { alg: 'RS256', kid: KID, typ: 'JWT' };

const encode = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

function tokenOf({ claims = {}, header = {}, by = key }: { claims?: object; header?: object; by?: KeyObject }): string {
  const signed = `${encode({ ...HEADER, ...header })}.${encode({ ...CLAIMS, ...claims })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), by).toString('base64url')}`;
}

/** Signed with the public key as if that were a shared secret. */
function macToken(secret: string): string {
  const signed = `${encode({ ...HEADER, alg: 'HS256' })}.${encode(CLAIMS)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const pemOf = (of: KeyObject): string => createPublicKey(of).export({ type: 'spki', format: 'pem' }).toString();
const jwkOf = (of: KeyObject, kid: string): object => ({
  ...createPublicKey(of).export({ format: 'jwk' }),
  kid,
  use: 'sig',
  alg: 'RS256',
});
const KEYS = [jwkOf(key, KID), jwkOf(otherKey, OTHER_KID)];

/** Answers with each of `answers` in turn, the last one for ever. */
function certificates(...answers: (() => Response | Promise<Response>)[]) {
  const urls: string[] = [];
  const fetchCertificates = (async (input) => {
    urls.push(String(input));
    const answer = answers[Math.min(urls.length, answers.length) - 1];
    if (!answer) throw new Error('no answer is left');
    return answer();
  }) as typeof fetch;
  return { urls, tokens: openTokens(() => undefined, fetchCertificates) };
}
const listing =
  (...keys: object[]) =>
  (): Response =>
    Response.json({ keys });

const [head, body, signature] = tokenOf({}).split('.');
const HOSTILE: [string, string][] = [
  ['no text', ''],
  ['garbage', 'garbage'],
  ['two dots', '..'],
  ['three dots', `${head}.${body}.${signature}.`],
  ['a header that is no JSON', `${encode('{')}.${body}.${signature}`],
  ['a header that is an array', `${encode([HEADER])}.${body}.${signature}`],
  ['a header that is not UTF-8', `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${body}.${signature}`],
  ['no signature', `${head}.${body}.`],
  ['a signature that is cut', `${head}.${body}.${signature?.slice(0, -4)}`],
  ["another token's signature", `${head}.${body}.${tokenOf({ claims: { aud: 'x' } }).split('.')[2]}`],
  ['a changed claim', `${head}.${encode({ ...CLAIMS, aud: 'another' })}.${signature}`],
  ['alg none', `${encode({ ...HEADER, alg: 'none' })}.${body}.`],
  ['alg None, with a signature', `${encode({ ...HEADER, alg: 'None' })}.${body}.${signature}`],
  ['no alg', `${encode({ kid: KID })}.${body}.${signature}`],
  ['HS256 with the public key as PEM', macToken(pemOf(key))],
  ['HS256 with the public key as JWK', macToken(JSON.stringify(KEYS[0]))],
  ['RS512 in the header', tokenOf({ header: { alg: 'RS512' } })],
  ['an unknown kid', tokenOf({ header: { kid: 'unknown' } })],
  ['the kid of another key', tokenOf({ header: { kid: OTHER_KID } })],
  ['a kid of the prototype', tokenOf({ header: { kid: 'constructor' } })],
  ['a kid that is a number', tokenOf({ header: { kid: 1 } })],
  ['no kid', tokenOf({ header: { kid: undefined } })],
  ['a key of its own in the header', tokenOf({ header: { jwk: jwkOf(newKey(), KID) }, by: newKey() })],
  ['an unknown critical header', tokenOf({ header: { crit: ['x'], x: 1 } })],
  ['a payload that is not encoded', tokenOf({ header: { crit: ['b64'], b64: false } })],
  ['signed by someone else', tokenOf({ by: newKey() })],
  ['expired when it was published', tokenOf({ claims: { exp: AT - SKEW - 1 } })],
  ['no expiry', tokenOf({ claims: { exp: undefined } })],
  ['an expiry that is a text', tokenOf({ claims: { exp: '9999999999' } })],
  ['not valid before an hour after it was published', tokenOf({ claims: { nbf: AT + HOUR } })],
  ['another issuer', tokenOf({ claims: { iss: 'https://example.org' } })],
  ['an issuer that begins like Google', tokenOf({ claims: { iss: 'https://accounts.google.com.example.org' } })],
  ['two issuers', tokenOf({ claims: { iss: ['https://accounts.google.com', 'https://example.org'] } })],
  ['no issuer', tokenOf({ claims: { iss: undefined } })],
  ['two audiences', tokenOf({ claims: { aud: ['run', 'another'] } })],
  ['no VM', tokenOf({ claims: { google: undefined } })],
  ['a VM without a name', tokenOf({ claims: { google: { compute_engine: { ...VM, instance_name: undefined } } } })],
  ['a huge token with a true signature', tokenOf({ claims: { more: 'x'.repeat(5000) } })],
  ['a hundred thousand dots', '.'.repeat(100_000)],
];

const SOURCES: [string, () => { verify(token: string, at: string): Promise<object | undefined> }][] = [
  ["Google's certificates", () => certificates(listing(...KEYS)).tokens],
  [
    "the local cloud's keys",
    () => {
      const identityKeys = { [KID]: pemOf(key), [OTHER_KID]: pemOf(otherKey) };
      return openTokens(
        () => ({ identityKeys }),
        () => {
          throw new Error('nothing is fetched on this computer');
        },
      );
    },
  ],
];

describe.each(SOURCES)('%s', (_source, open) => {
  test.each(HOSTILE)('%s is not a token', async (_name, token) => {
    await expect(open().verify(token, PUBLISHED)).resolves.toBeUndefined();
  });

  test('a time that is none makes no token valid', async () => {
    await expect(open().verify(tokenOf({}), 'soon')).resolves.toBeUndefined();
  });

  test.each([
    ['as Google signs it', {}],
    ['with the other name of the issuer', { iss: 'accounts.google.com' }],
    ['expired, but within the tolerance', { exp: AT - SKEW + 1 }],
    ['signed by a clock that was an hour ahead', { iat: AT + HOUR }],
    ['with claims that we do not know', { email: 'vm@project', email_verified: true }],
  ])('genuine: %s', async (_name, claims) => {
    await expect(open().verify(tokenOf({ claims }), PUBLISHED)).resolves.toEqual({
      audience: 'run',
      project: 'project',
      zone: 'zone',
      vm: 'mymlops-run-1',
      vmId: '123',
      createdMs: (AT - 60) * 1000,
    });
  });
});

test('the certificates are fetched once, from Google, at the first token', async () => {
  const { urls, tokens } = certificates(listing(...KEYS));
  expect(urls).toEqual([]);
  await Promise.all([tokens.verify(tokenOf({}), PUBLISHED), tokens.verify(tokenOf({}), PUBLISHED)]);
  await tokens.verify(tokenOf({}), PUBLISHED);
  expect(urls).toEqual(['https://www.googleapis.com/oauth2/v3/certs']);
});

describe('as time passes', () => {
  let nowMs = Date.parse(PUBLISHED);
  beforeEach(() => {
    nowMs = Date.parse(PUBLISHED);
    jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => jest.restoreAllMocks());

  test('tokens with unknown keys make us fetch at most twice a minute', async () => {
    const { urls, tokens } = certificates(listing(...KEYS));
    for (let second = 0; second < 60; second++) {
      await tokens.verify(tokenOf({ header: { kid: `unknown-${second}` } }), PUBLISHED);
      nowMs += 1000;
    }
    expect(urls).toHaveLength(2);
  });

  test('a key that Google added since is found, and one that Google withdrew is forgotten', async () => {
    const newer = newKey();
    const token = tokenOf({ by: newer, header: { kid: NEW_KID } });
    const { tokens } = certificates(listing(...KEYS), listing(jwkOf(newer, NEW_KID)));
    await expect(tokens.verify(tokenOf({}), PUBLISHED)).resolves.toBeDefined();
    nowMs += 31_000;
    await expect(tokens.verify(token, PUBLISHED)).resolves.toBeDefined();
    await expect(tokens.verify(tokenOf({}), PUBLISHED)).resolves.toBeUndefined();
  });

  test('they are fetched anew after an hour', async () => {
    const { urls, tokens } = certificates(listing(...KEYS));
    await tokens.verify(tokenOf({}), PUBLISHED);
    nowMs += HOUR * 1000;
    await tokens.verify(tokenOf({}), PUBLISHED);
    expect(urls).toHaveLength(2);
  });
});

test.each<[string, () => Response | Promise<Response>]>([
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['an answer of 503', () => new Response('{"keys":[]}', { status: 503 })],
  ['an answer that is no JSON', () => new Response('<html>')],
  ['an answer without keys', () => Response.json({})],
])(
  '%s instead of certificates: the token is not judged, and believed once they can be read',
  async (_what, failure) => {
    const { tokens } = certificates(failure, listing(...KEYS));
    await expect(tokens.verify(tokenOf({}), PUBLISHED)).rejects.toThrow(/^Google's certificates cannot be had: /);
    await expect(tokens.verify(tokenOf({}), PUBLISHED)).resolves.toBeDefined();
  },
);

test('a certificate that cannot be read says nothing about the token', async () => {
  const { tokens } = certificates(listing({ kty: 'RSA', kid: KID, alg: 'RS256', use: 'sig' }));
  await expect(tokens.verify(tokenOf({}), PUBLISHED)).rejects.toThrow(/^Google's certificates cannot be had: /);
});
