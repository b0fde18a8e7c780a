// Tests the way to one of Google's hosts: name, connection, the proxy's tunnel, TLS with a trusted certificate. Google's
// libraries retry for half a minute, and do not report which of these failed.
import { request } from 'node:http';
import { type Socket, type TcpNetConnectOpts, connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DeadlineError, withDeadline } from '@mymlops/google';
import type { Proxy } from '../core/proxies';
import { type Obstacle, networkCodeOf } from './trouble';

export interface Way {
  host: string;
  port?: number;
  proxy?: Proxy;
  lookup?: TcpNetConnectOpts['lookup'];
  /** Trusted certificates; by default those of Node.js. */
  ca?: string;
}

/** The current step, which is reported when the time is up. */
interface Progress {
  obstacle: Obstacle;
  sockets: { destroy(): void }[];
}

/** By default Node.js tries each address of a name for a quarter of a second, which is too short on a slow line. */
const EACH_ADDRESS = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2_000 };
const HTTPS_PORT = 443;
const HTTP_PORT = 80;
/** Brackets around an IPv6 address in a URL. */
const BRACKETS = /^\[|\]$/g;

/** Tests the way for at most `limitMs` and returns the obstacle; null if there is none. */
export async function findObstacle(way: Way, limitMs: number): Promise<Obstacle | null> {
  const { host, proxy } = way;
  const first = proxy ? proxy.url.hostname.replace(BRACKETS, '') : host;
  const progress: Progress = {
    obstacle: { host, proxy, code: isIP(first) ? 'ETIMEDOUT' : 'EAI_AGAIN', silence: 'unconnected' },
    sockets: [],
  };
  try {
    return await withDeadline(host, limitMs, tryWay(way, progress));
  } catch (error) {
    if (error instanceof DeadlineError) return progress.obstacle;
    throw error;
  } finally {
    // The innermost first: Node.js crashes if the connection below TLS is closed first.
    for (const socket of progress.sockets.toReversed()) socket.destroy();
  }
}

async function tryWay(way: Way, progress: Progress): Promise<Obstacle | null> {
  const { host } = way;
  try {
    const tunnel = way.proxy ? await tunnelThrough(way.proxy, way, progress) : await reach(way, progress);
    if (typeof tunnel === 'number') return { host, proxy: way.proxy, code: tunnel };
    progress.obstacle = { host, code: 'ETIMEDOUT', silence: 'connected' };
    await encrypt(tunnel, way, progress);
    return null;
  } catch (error) {
    if (hasTimedOut(error)) return { ...progress.obstacle, code: 'ETIMEDOUT' };
    const { silence: _silence, ...obstacle } = progress.obstacle;
    return { ...obstacle, code: networkCodeOf(error) ?? 'ECONNRESET' };
  }
}

/** Whether at least one of the addresses timed out. The others may have failed in another way. */
function hasTimedOut(error: unknown): boolean {
  const { errors = [] } = error as { errors?: unknown[] };
  return [error, ...errors].some((each) => (each as { code?: unknown }).code === 'ETIMEDOUT');
}

function reach({ host, port = HTTPS_PORT, lookup }: Way, progress: Progress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup, ...EACH_ADDRESS });
    progress.sockets.push(socket);
    socket.on('lookup', () => {
      progress.obstacle = { ...progress.obstacle, code: 'ETIMEDOUT' };
    });
    socket.on('connect', () => resolve(socket)).on('error', reject);
  });
}

/** A connection to the host through the proxy, or the HTTP status with which the proxy refuses it. */
function tunnelThrough(proxy: Proxy, way: Way, progress: Progress): Promise<Socket | number> {
  const { hostname, port, username, password } = proxy.url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      method: 'CONNECT',
      host: hostname.replace(BRACKETS, ''),
      port: port || HTTP_PORT,
      path: `${way.host}:${way.port ?? HTTPS_PORT}`,
      lookup: way.lookup,
      ...EACH_ADDRESS,
      agent: false,
      headers: username ? { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` } : {},
    });
    progress.sockets.push(asking);
    asking.on('socket', (socket) => {
      socket.on('lookup', () => {
        progress.obstacle = { ...progress.obstacle, code: 'ETIMEDOUT' };
      });
      socket.on('connect', () => {
        progress.obstacle = { ...progress.obstacle, code: 'ETIMEDOUT', silence: 'connected' };
      });
    });
    asking.on('connect', ({ statusCode = 0 }, socket) => {
      progress.sockets.push(socket);
      resolve(statusCode === 200 ? socket : statusCode);
    });
    asking.on('response', ({ statusCode = 0 }) => resolve(statusCode));
    asking.on('error', reject);
    asking.end();
  });
}

function encrypt(socket: Socket, { host, ca }: Way, progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    const encrypted = connectTls({ socket, servername: host, ca });
    progress.sockets.push(encrypted);
    encrypted.on('secureConnect', resolve).on('error', reject);
    // If the other side just closes the connection, there is no error event.
    encrypted.on('close', () => reject(new Error('closed')));
  });
}
