// Which proxy the environment means for Google, by the rules of curl where the libraries differ.
import { proxyExceptions, proxyForGoogle, proxySettings } from '../../../client/src/core/proxies';

test('without a proxy nothing is added to the environment', () => {
  expect(proxyExceptions({ NO_PROXY: 'a', HTTP_PROXY: '' })).toEqual({});
  expect(proxySettings({ NO_PROXY: 'a', HTTP_PROXY: '' })).toEqual({});
});

test("gRPC's own exceptions are kept", () => {
  expect(proxyExceptions({ grpc_proxy: 'http://p', no_grpc_proxy: 'x' })['no_grpc_proxy']).toBe(
    'x,127.0.0.1,localhost,::1',
  );
});

test.each([
  [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'https_proxy', 'http://a:1/'],
  [{ HTTPS_PROXY: 'http://b:1', http_proxy: 'http://c:1' }, 'HTTPS_PROXY', 'http://b:1/'],
  [{ HTTP_PROXY: 'http://d:1' }, 'HTTP_PROXY', 'http://d:1/'],
  [{ HTTPS_PROXY: ' proxy.example:3128 ' }, 'HTTPS_PROXY', 'http://proxy.example:3128/'],
  [{ HTTPS_PROXY: 'me:secret@proxy:3128' }, 'HTTPS_PROXY', 'http://me:secret@proxy:3128/'],
])('%j', (env, variable, href) => {
  expect(proxyForGoogle(env)).toMatchObject({ variable, url: { href } });
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = proxySettings(env);
  expect([HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy]).toEqual([href, href, href, href]);
});

test.each(['*', 'googleapis.com', '.googleapis.com', 'a, *.googleapis.com', 'googleapis.com:443', 'com'])(
  'NO_PROXY=%s: no library takes the proxy',
  (exceptions) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: 'http://b:1', [name]: exceptions };
      expect(proxyForGoogle(env)).toBeUndefined();
      expect(proxySettings(env)).toMatchObject({ HTTPS_PROXY: undefined, https_proxy: undefined });
    }
  },
);

test.each(['', 'apis.com', 'example.com', 'xgoogleapis.com', '127.0.0.1'])(
  'NO_PROXY=%s does not mean Google',
  (NO_PROXY) => {
    expect(proxyForGoogle({ HTTPS_PROXY: 'http://b:1', NO_PROXY })).toMatchObject({ variable: 'HTTPS_PROXY' });
  },
);

test.each([
  ['http://a b:x', 'is not the address of a proxy'],
  ['http://', 'is not the address of a proxy'],
  ['http://us%er:pw@p:1', 'has a user name or password that cannot be decoded: write % as %25'],
  ['http://user:%ff@p:1', 'has a user name or password that cannot be decoded: write % as %25'],
  ['https://p:1', 'begins with https://, but only http:// proxies are supported'],
  ['socks5://p:1', 'begins with socks5://, but only http:// proxies are supported'],
])('a proxy %s is reported, and no library stumbles over it', (HTTPS_PROXY, problem) => {
  expect(proxyForGoogle({ HTTPS_PROXY })).toEqual({ variable: 'HTTPS_PROXY', problem });
  expect(proxySettings({ HTTPS_PROXY })['HTTPS_PROXY']).toBeUndefined();
});
