// Errors of the network and of the sign-in, as systems and Google's libraries put them -> sentences.
import { isRefusal, describeFailure } from '../../../client/src/google/failures';
import { credentialsTrouble, describeObstacle, networkTrouble } from '../../../client/src/google/trouble';

const failure = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);
const URL_FAILED = 'request to https://oauth2.googleapis.com/token failed, reason:';

test.each([
  ['EAI_AGAIN', 'no name server answers'],
  ['EAI_FAIL', 'no name server answers'],
  ['ENOTFOUND', 'its name is not known'],
  ['ENETUNREACH', 'there is no route to it'],
  ['ENETDOWN', 'there is no route to it'],
  ['EHOSTUNREACH', 'there is no route to it'],
  ['EHOSTDOWN', 'there is no route to it'],
  ['ETIMEDOUT', 'it does not answer'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was reset'],
  ['CERT_HAS_EXPIRED', 'its certificate is not valid at this time'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid at this time'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another server answers instead'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the answer is not valid TLS'],
  ['EPROTO', 'the answer is not valid TLS'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted'],
  ['CERT_UNTRUSTED', 'its certificate is not trusted'],
])('%s: %s, wherever the code is', (code, wrong) => {
  const sentence = describeObstacle({ host: 'storage.googleapis.com', code });
  expect(sentence).toMatch(/^Google Cloud cannot be reached: .* \(storage\.googleapis\.com, [A-Z_]+\)\. \S.*/);
  expect(sentence).toContain(`: ${wrong} (`);
  const host = 'oauth2.googleapis.com';
  const errors = [
    failure(`${URL_FAILED} it is so`, { code }),
    failure(`${URL_FAILED} getaddrinfo ${code} ${host}`),
    failure(`14 UNAVAILABLE: Getting metadata from plugin failed with error: ${URL_FAILED} ${code}`, { code: 14 }),
    failure(URL_FAILED, { cause: failure('x', { code }) }),
    failure(URL_FAILED, { code: '', errors: [failure('x', { code })] }),
  ];
  for (const error of errors) {
    expect(networkTrouble(error)?.message).toContain(`: ${wrong} (${host}, ${code})`);
    expect(describeFailure(error)).toBe(networkTrouble(error)?.message);
  }
});

test('an address of this computer is not Google', () => {
  expect(networkTrouble(failure('connect ECONNREFUSED 127.0.0.1:8085', { code: 'ECONNREFUSED' }))).toBeUndefined();
  expect(networkTrouble(failure('write EPIPE', { code: 'EPIPE' }))).toBeUndefined();
});

test('a path that holds a word of the network or of the sign-in was taken for it', () => {
  const file = (path: string): Error =>
    failure(`ENOENT: no such file or directory, open '${path}'`, { code: 'ENOENT', syscall: 'open', path });
  for (const path of ['/tmp/CERT_FOO/x.pem', 'invalid_grant.json', 'a b/EAI_AGAIN c/x.pem']) {
    const wrapped = failure('x.pem cannot be read', { cause: file(path) });
    for (const error of [file(path), wrapped]) {
      expect(networkTrouble(error)).toBeUndefined();
      expect(credentialsTrouble(error)).toBeUndefined();
    }
  }
  const words = ["cannot read '/a b/CERT_X y/x.pem'", 'C:\\CERT_FOO\\x.pem is empty', 'see https://a.example/CERT_FOO'];
  for (const word of words) expect(networkTrouble(failure(word))).toBeUndefined();
  expect(credentialsTrouble(failure('The bucket is preauthorized, see my_invalid_grants'))).toBeUndefined();
  expect(credentialsTrouble(failure('Reauthentication is needed.'))?.message).toContain('expired');
});

test('a proxy that refused was reported by its bare address, without its own name and its variable', () => {
  const refused = failure('connect ECONNREFUSED 127.0.0.1:9', { code: 'ECONNREFUSED' });
  const unknown = failure('request failed: getaddrinfo ENOTFOUND proxy.example.', { code: 'ENOTFOUND' });
  const sentence = (address: string): string =>
    `The proxy ${address} cannot be reached: .* Correct https_proxy, or run: unset https_proxy$`;
  expect(describeFailure(refused, { https_proxy: 'http://127.0.0.1:9' })).toMatch(new RegExp(sentence('127.0.0.1:9')));
  expect(describeFailure(refused, { https_proxy: 'http://proxy:9' })).toMatch(new RegExp(sentence('proxy:9')));
  expect(describeFailure(unknown, { https_proxy: 'http://proxy.example:8' })).toMatch(
    new RegExp(sentence('proxy.example:8')),
  );
  expect(describeFailure(refused, { https_proxy: 'http://127.0.0.1:19' })).not.toContain('proxy');
});

test.each([
  [
    'Could not load the default credentials. Browse to https://cloud.google.com/docs for more.',
    /not signed in to Google Cloud\. Run: gcloud/,
  ],
  ['invalid_grant', /expired or was revoked\. Sign in again: gcloud auth application-default login$/],
  ['{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)"}', /expired or was revoked/],
  ['16 UNAUTHENTICATED: Getting metadata from plugin failed with error: invalid_grant', /expired or was revoked/],
  [
    'invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values',
    /time of this computer\. Correct the clock/,
  ],
  ['invalid_grant: Invalid JWT Signature.', /key of the service account is no longer valid\. Create/],
  ['error:1E08010C:DECODER routines::unsupported', /private key of the service account cannot be read/],
  ['invalid_grant: Invalid grant: account not found', /key of the service account is no longer valid\. Create/],
  ['unauthorized_client', /no longer accepts your sign-in\./],
  [
    'The storage.googleapis.com API requires a quota project, which is not set by default.',
    /set-quota-project PROJECT$/,
  ],
])('%s', (message, sentence) => {
  const error = failure(message);
  expect(credentialsTrouble(error)?.message).toMatch(sentence);
  expect(describeFailure(error)).toMatch(sentence);
  // Without a token no call was made.
  expect(isRefusal(error)).toBe(true);
});
