// A tunnel as programs see it: the real client, a relay as strict as Google's, services on a VM's address.
import { createHash, randomBytes } from 'node:crypto';
import {
  createServer as createHttpServer,
  get,
  type IncomingMessage,
  request,
  type Server as HttpServer,
} from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { openTunnel, type Tunnel } from '../../../client/src/relay/listen';
import { type FakeRelay, startRelay } from '../../fakes/relay';

/** The VM's address in its network: another one than its loopback. */
const NIC0 = '127.0.0.2';
const VM = { project: 'p', zone: 'z-a', vm: 'mymlops-work-abc123-1' };

let relay: FakeRelay;
let refusals: string[];
const closing: (() => void)[] = [];
beforeEach(async () => {
  refusals = [];
  relay = await startRelay();
  closing.push(relay.close);
  relay.vms.set(`p/z-a/${VM.vm}`, { address: NIC0 });
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  expect(relay.problems).toEqual([]);
});

const sha = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

async function listening(server: Server | HttpServer, host = NIC0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function tunnelTo(port: number, token = (): string => 'good'): Promise<Tunnel> {
  relay.tokens.add('good');
  const tunnel = await openTunnel({
    ...{ port: await freePort(), target: { ...VM, port } },
    relay: { url: relay.url, token: () => Promise.resolve(token()) },
    onRefusal: (sentence) => refusals.push(sentence),
  });
  closing.push(tunnel.close);
  return tunnel;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const body = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

test('megabytes in both directions arrive whole, beside other connections', async () => {
  const down = randomBytes(5_000_000);
  const up = randomBytes(3_000_000);
  const server = createHttpServer((asked, answer) => {
    const hash = createHash('sha256');
    asked.on('data', (data: Buffer) => hash.update(data));
    asked.on('end', () => answer.setHeader('x-got', hash.digest('hex')).end(down));
  });
  const tunnel = await tunnelTo(await listening(server));
  const exchange = async (): Promise<void> => {
    const call = request({ host: '127.0.0.1', port: tunnel.port, method: 'POST', agent: false });
    call.end(up);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    expect(answer.headers['x-got']).toBe(sha(up));
    expect(sha(await body(answer))).toBe(sha(down));
  };
  await Promise.all([exchange(), exchange(), exchange()]);
  expect(relay.opened[0]).toBe(
    `/v4/connect?project=p&zone=z-a&instance=${VM.vm}&interface=nic0&port=${new URLSearchParams(relay.opened[0]).get('port')}&newWebsocket=true`,
  );
  expect(refusals).toEqual([]);
});

test('a WebSocket of a service, as Jupyter uses one for each kernel', async () => {
  const http = createHttpServer();
  const server = new WebSocketServer({ server: http });
  server.on('connection', (client) => client.on('message', (text) => client.send(`echo ${String(text)}`)));
  const tunnel = await tunnelTo(await listening(http));
  const client = new WebSocket(`ws://127.0.0.1:${tunnel.port}/api/kernels`);
  await once(client, 'open');
  client.send('1 + 1');
  const [answer] = (await once(client, 'message')) as [Buffer];
  expect(answer.toString()).toBe('echo 1 + 1');
  client.close();
  await once(client, 'close');
});

test('the service learns that its user has left, and its user that the service has', async () => {
  const server = createServer();
  const tunnel = await tunnelTo(await listening(server));
  const first = connect(tunnel.port, '127.0.0.1');
  first.write('x');
  const [ofFirst] = (await once(server, 'connection')) as [Socket];
  first.destroy();
  await once(ofFirst.resume(), 'close');

  const second = connect(tunnel.port, '127.0.0.1');
  second.write('x');
  const [ofSecond] = (await once(server, 'connection')) as [Socket];
  ofSecond.end('the last words');
  expect((await body(second)).toString()).toBe('the last words');
});

test('the relay is gone for a moment: the connection ends, and the next one gets through', async () => {
  const server = createHttpServer((_asked, answer) => void answer.end('here'));
  const tunnel = await tunnelTo(await listening(server));
  const held = connect(tunnel.port, '127.0.0.1');
  held.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(held, 'data');
  relay.cut();
  await once(held.resume(), 'close');
  const [answer] = (await once(get({ host: '127.0.0.1', port: tunnel.port, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  expect((await body(answer)).toString()).toBe('here');
  expect(refusals).toEqual([]);
});

test('each connection has a token of its own: those of yesterday are over', async () => {
  const server = createHttpServer((_asked, answer) => void answer.end('here'));
  let tokens = 0;
  const tunnel = await tunnelTo(await listening(server), () => `token ${++tokens}`);
  for (const each of [1, 2]) {
    relay.tokens = new Set([`token ${each}`]);
    await once(get({ host: '127.0.0.1', port: tunnel.port, agent: false }), 'response');
  }
  expect(refusals).toEqual([]);
});

describe('the reason that keeps a connection from the VM is shown once', () => {
  async function knock(tunnel: Tunnel): Promise<void> {
    const socket = connect(tunnel.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket.resume(), 'close');
  }

  test.each<[string, () => Promise<number> | number, RegExp]>([
    ['nothing listens', freePort, /^Nothing answers at the service's port\. It must listen at \$MYMLOPS_BIND/],
    [
      'it listens at its loopback only',
      () => listening(createServer(), '127.0.0.1'),
      /^Nothing answers at the service/,
    ],
    [
      'the right is missing',
      () => ((relay.mayTunnel = false), 8888),
      /^Google does not let you through: your account lacks iap\.tunnelInstances\.accessViaIAP/,
    ],
    ['the VM is off', () => (relay.vms.clear(), 8888), /^Google does not find the VM, or it is off$/],
  ])('%s', async (_what, arrange, sentence) => {
    const tunnel = await tunnelTo(await arrange());
    await knock(tunnel);
    await knock(tunnel);
    expect(refusals).toEqual([expect.stringMatching(sentence)]);
  });

  test('the sign-in is over', async () => {
    const tunnel = await tunnelTo(8888, () => 'old');
    await knock(tunnel);
    expect(refusals).toEqual([expect.stringMatching(/^Google does not accept the sign-in\. Run: gcloud auth/)]);
  });

  test('no sign-in at all', async () => {
    const tunnel = await tunnelTo(8888, () => {
      throw new Error('no credentials');
    });
    await knock(tunnel);
    expect(refusals).toEqual(['Google has given no token: no credentials']);
  });

  test('the relay cannot be reached', async () => {
    const tunnel = await tunnelTo(8888);
    relay.close();
    await knock(tunnel);
    expect(refusals).toEqual([expect.stringMatching(/^Google's relay cannot be reached: /)]);
  });
});

test('a port that is in use is refused', async () => {
  const taken = createServer();
  const port = await listening(taken, '127.0.0.1');
  const options = { target: { ...VM, port: 1 }, relay: { url: relay.url, token: () => Promise.resolve('good') } };
  await expect(openTunnel({ ...options, port, onRefusal: () => {} })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
