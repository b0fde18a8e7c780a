// The way to Google, tried against servers and proxies on this computer that do what networks do.
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type Way, findObstacle } from '../../../client/src/google/reach';
import { describeObstacle } from '../../../client/src/google/trouble';
import { CERTIFICATE, KEY, NAME } from './certificate';

/** No test waits for it, but those in which nothing ever answers. */
const LIMIT_MS = 20_000;
const SHORT_MS = 50;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const serving = (onConnection: (socket: Socket) => void): Promise<number> => portOf(createServer(onConnection));
const google = (): Promise<number> => portOf(createTlsServer({ key: KEY, cert: CERTIFICATE }, () => undefined));

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const here: Way['lookup'] = (_name, { all }, answer) =>
  all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4);
const unknown: Way['lookup'] = (name, _options, answer) =>
  answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), '', 4);

const way = (port: number, more: Partial<Way> = {}): Way => ({ host: NAME, port, lookup: here, ...more });
const proxyAt = (port: number, user = '') => ({
  variable: 'HTTPS_PROXY',
  url: new URL(`http://${user}127.0.0.1:${port}`),
});

test('nothing is in the way: the name, a connection, and a certificate that is trusted', async () => {
  const port = await google();
  expect(await findObstacle(way(port, { ca: CERTIFICATE }), LIMIT_MS)).toBeNull();
});

test.each([
  ['a name that no name server knows', async () => way(1, { lookup: unknown }), 'ENOTFOUND'],
  ['a port that is closed', async () => way(await closedPort()), 'ECONNREFUSED'],
  [
    'a connection that is cut at once',
    async () => way(await serving((socket) => socket.resetAndDestroy())),
    'ECONNRESET',
  ],
  ['a connection that ends without a word', async () => way(await serving((socket) => socket.end())), 'ECONNRESET'],
  [
    'a login page without TLS',
    async () => way(await serving((socket) => socket.end('HTTP/1.1 302 \r\n\r\n'))),
    /^(ERR_SSL|EPROTO)/,
  ],
  ["a company's own certificate", async () => way(await google()), /SELF_SIGNED/],
  [
    'a certificate of another name',
    async () => way(await google(), { host: 'other.test', ca: CERTIFICATE }),
    /ALTNAME/,
  ],
])('%s', async (_what, find, code) => {
  const target = await find();
  const obstacle = await findObstacle(target, LIMIT_MS);
  expect(obstacle).toEqual({ host: target.host, code: expect.stringMatching(code) });
});

test.each([
  ['a name server that is silent', async () => way(1, { lookup: () => undefined }), 'EAI_AGAIN'],
  ['a server that takes a connection and says nothing', async () => way(await serving(() => undefined)), 'ETIMEDOUT'],
])('%s is what was tried last when time is up', async (_what, find, code) => {
  const silence = code === 'EAI_AGAIN' ? 'unconnected' : 'connected';
  expect(await findObstacle(await find(), SHORT_MS)).toMatchObject({ code, silence });
});

test('on a slow line, the timeout of one address of a name was reported instead of the failure of another', async () => {
  const slow = Object.assign(new Error('connect ETIMEDOUT 10.0.0.1:443'), { code: 'ETIMEDOUT' });
  const none = Object.assign(new Error('connect ENETUNREACH ::1:443'), { code: 'ENETUNREACH' });
  const lookup: Way['lookup'] = (_name, _options, answer) => answer(new AggregateError([none, slow]), '', 4);
  expect(await findObstacle(way(1, { lookup }), LIMIT_MS)).toMatchObject({ code: 'ETIMEDOUT', silence: 'unconnected' });
});

describe('a proxy', () => {
  const answering = (answer: string): Promise<number> =>
    serving((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${answer}\r\ncontent-length: 0\r\n\r\n`)));

  test('that lets the call through: what is behind it counts, and it was called by its own rules', async () => {
    const asked: string[] = [];
    const target = await google();
    const { connect } = await import('node:net');
    const proxy = proxyAt(
      await serving((socket) =>
        socket.once('data', (head: Buffer) => {
          asked.push(head.toString());
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          const upstream = connect(target, '127.0.0.1').on('error', () => undefined);
          socket.pipe(upstream).pipe(socket);
        }),
      ),
      'me:p%40ss@',
    );
    expect(await findObstacle(way(443, { proxy, ca: CERTIFICATE }), LIMIT_MS)).toBeNull();
    expect(asked[0]).toContain(`CONNECT ${NAME}:443 HTTP/1.1`);
    expect(asked[0]).toContain(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    // The host behind the proxy has the trouble: the obstacle does not name the proxy.
    expect(await findObstacle(way(443, { proxy }), LIMIT_MS)).toEqual({
      host: NAME,
      code: expect.stringMatching(/SELF_SIGNED/),
    });
  });

  test.each([
    ['closed', () => closedPort(), 'ECONNREFUSED', 'cannot be reached: the connection was refused'],
    [
      'asks for a password',
      () => answering('407 Proxy Authentication Required'),
      407,
      'requires a user name and a password',
    ],
    ['refuses', () => answering('403 Forbidden'), 403, `does not allow connections to ${NAME} (HTTP 403)`],
    ['answers nonsense', () => serving((socket) => socket.end('SSH-2.0-x\r\n')), 'ECONNRESET', 'cannot be reached'],
  ])('%s', async (_what, at, code, sentence) => {
    const proxy = proxyAt(await at());
    const obstacle = await findObstacle(way(443, { proxy }), LIMIT_MS);
    expect(obstacle).toEqual({ host: NAME, code, proxy });
    expect(obstacle && describeObstacle(obstacle)).toContain(`The proxy ${proxy.url.host} `);
    expect(obstacle && describeObstacle(obstacle)).toContain(sentence);
  });

  test('that is silent was blamed on a name server', async () => {
    const proxy = proxyAt(await serving(() => undefined));
    expect(await findObstacle(way(443, { proxy }), SHORT_MS)).toEqual({
      host: NAME,
      code: 'ETIMEDOUT',
      proxy,
      silence: 'connected',
    });
  });

  test('its password is in no sentence', async () => {
    const proxy = proxyAt(await answering('407 No'), 'me:secret@');
    const obstacle = await findObstacle(way(443, { proxy }), LIMIT_MS);
    const sentence = obstacle ? describeObstacle(obstacle) : '';
    expect(sentence).toContain('rejects the user name and password in HTTPS_PROXY');
    expect(sentence).not.toMatch(/secret|me:/);
  });
});
