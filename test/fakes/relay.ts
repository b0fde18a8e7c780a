// Google's relay for TCP connections on this computer, as strict as Google's as far as gcloud's own client shows it: it takes exactly
// gcloud's Origin and subprotocol, holds data back that is not acknowledged, and reaches a VM only at the address of its network.
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const SUBPROTOCOL = 'relay.tunnel.cloudproxy.app';
const MAX_DATA = 16_384;
/** So much is sent without an acknowledgement. */
const WINDOW = 4 * MAX_DATA;

export interface FakeRelay {
  url: string;
  /** Paths with their queries, in the order in which they were opened. */
  opened: string[];
  /** The tokens that it accepts. */
  tokens: Set<string>;
  /** VM by project, zone and name; absent: no such VM, or off. */
  vms: Map<string, { address: string }>;
  /** Whether the account has the right. */
  mayTunnel: boolean;
  /** What the client did that Google's relay does not take. */
  problems: string[];
  /** Cuts every connection, as where the network is gone. */
  cut(): void;
  close(): void;
}

export async function startRelay(): Promise<FakeRelay> {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL, perMessageDeflate: false });
  const relay: Omit<FakeRelay, 'url' | 'cut' | 'close'> = {
    ...{ opened: [], tokens: new Set(), vms: new Map(), mayTunnel: true, problems: [] },
  };
  http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const status = statusFor(request, relay);
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
    server.handleUpgrade(request, socket, head, (client) => serve(client, request.url ?? '', relay));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const end = (): void => {
    for (const client of server.clients) client.terminate();
  };
  return Object.assign(relay, {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    cut: end,
    close() {
      end();
      http.close();
    },
  });
}

/** The answer instead of a WebSocket. */
function statusFor({ headers, url = '' }: IncomingMessage, { tokens }: Pick<FakeRelay, 'tokens'>): string | undefined {
  if (!url.startsWith('/v4/connect?')) return '404 Not Found';
  if (headers.origin !== 'bot:iap-tunneler') return '403 Forbidden';
  if (headers['sec-websocket-protocol'] !== SUBPROTOCOL) return '400 Bad Request';
  return tokens.has((headers.authorization ?? '').replace(/^Bearer /, '')) ? undefined : '401 Unauthorized';
}

function serve(client: WebSocket, path: string, relay: Omit<FakeRelay, 'url' | 'cut' | 'close'>): void {
  relay.opened.push(path);
  const { project, zone, instance, port, ...others } = Object.fromEntries(new URLSearchParams(path.split('?')[1]));
  if (others['interface'] !== 'nic0' || others['newWebsocket'] !== 'true') relay.problems.push(`query ${path}`);
  if (!relay.mayTunnel) return client.close(4033, 'not authorized');
  const vm = relay.vms.get(`${project}/${zone}/${instance}`);
  if (!vm) return client.close(4047, 'Failed to lookup instance');
  const backend = connect({ host: vm.address, port: Number(port), localAddress: vm.address });
  let sent = 0;
  let acknowledged = 0;
  let received = 0;
  backend.on('connect', () => client.send(Buffer.concat([tag(1), length(3), Buffer.from('sid')])));
  backend.on('error', () => client.close(4003, 'failed to connect to backend'));
  backend.on('data', (data: Buffer) => {
    client.send(tag(0x99)); // of a kind that is not known: those are passed over
    for (let at = 0; at < data.length; at += MAX_DATA) {
      const part = data.subarray(at, at + MAX_DATA);
      client.send(Buffer.concat([tag(4), length(part.length), part]));
      sent += part.length;
    }
    if (sent - acknowledged > WINDOW) backend.pause();
  });
  backend.on('end', () => client.close(4010, 'Destination read failed'));
  client.on('close', () => backend.destroy());
  client.on('message', (message: Buffer, isBinary) => {
    if (!isBinary) relay.problems.push('text');
    const kind = message.readUInt16BE(0);
    if (kind === 7) {
      acknowledged = Number(message.readBigUInt64BE(2));
      if (acknowledged > sent) relay.problems.push('more acknowledged than sent');
      backend.resume();
    } else if (kind === 4) {
      const data = message.subarray(6);
      if (data.length !== message.readUInt32BE(2) || data.length > MAX_DATA) relay.problems.push('data');
      backend.write(data);
      received += data.length;
      client.send(Buffer.concat([tag(7), long(received)]));
    } else relay.problems.push(`frame ${kind}`);
  });
}

function tag(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
