// One TCP connection through Google's relay: what its user sends goes to the VM's port, and what comes from there to its user.
import type { Socket } from 'node:net';
import type { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { ackFrame, dataFrame, type Frame, MAX_DATA, ORIGIN, readFrame, SUBPROTOCOL } from './frames';
import { refusalText } from './refusals';

/** A port of a VM. */
export interface RelayTarget {
  project: string;
  zone: string;
  vm: string;
  port: number;
}

export interface Relay {
  /** Such as wss://tunnel.cloudproxy.app */
  url: string;
  /** A token that Google accepts now: they last an hour, and a tunnel for days. */
  token(): Promise<string>;
  /** The proxy on the way, if there is one. */
  agent?: Agent;
}

const CONNECT_MS = 30_000;
/** Received data is acknowledged after so much of it, as gcloud does. */
const ACK_BYTES = 2 * MAX_DATA;
/** So much may wait on its way to the relay before the user's program is held up. */
const MAX_WAITING = 1_048_576;

/** Resolves when the connection is over: with a sentence where the relay has not reached the port. Never rejects. */
export async function carry(socket: Socket, target: RelayTarget, relay: Relay): Promise<string | undefined> {
  socket.pause();
  let token: string;
  try {
    token = await relay.token();
  } catch (error) {
    socket.destroy();
    return `Google has given no token: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (socket.destroyed) return undefined;
  return new Promise((resolve) => pump(socket, open(target, token, relay), resolve));
}

function open({ project, zone, vm, port }: RelayTarget, token: string, { url, agent }: Relay): WebSocket {
  const address = new URL('/v4/connect', url);
  const parameters = { project, zone, instance: vm, interface: 'nic0', port: String(port), newWebsocket: 'true' };
  address.search = new URLSearchParams(parameters).toString();
  return new WebSocket(address, [SUBPROTOCOL], {
    ...{ origin: ORIGIN, headers: { authorization: `Bearer ${token}` }, handshakeTimeout: CONNECT_MS },
    ...{ perMessageDeflate: false, ...(agent && { agent }) },
  });
}

function pump(socket: Socket, relay: WebSocket, end: (refusal: string | undefined) => void): void {
  let isConnected = false;
  let isLeft = false;
  let received = 0;
  let acknowledged = 0;
  let failure: string | undefined;

  const take = (frame: Frame | undefined): void => {
    if (frame?.type === 'connected') {
      isConnected = true;
      socket.resume();
    }
    if (frame?.type !== 'data') return;
    received += frame.data.length;
    if (!socket.write(frame.data)) relay.pause();
    if (received - acknowledged < ACK_BYTES) return;
    acknowledged = received;
    relay.send(ackFrame(received));
  };
  relay.on('message', (message: Buffer) => {
    try {
      take(readFrame(message));
    } catch {
      relay.terminate(); // nothing that follows a cut frame can be read
    }
  });
  relay.on('unexpected-response', (_request, response) => {
    failure = refusalText(response.statusCode ?? 0, response.statusMessage ?? '');
    relay.terminate();
  });
  relay.on('error', (error) => {
    failure ??= `Google's relay cannot be reached: ${error.message}`;
  });
  relay.on('close', (code: number, reason: Buffer) => {
    socket.destroySoon(); // after what has arrived
    failure ??= refusalText(code, reason.toString('utf8'));
    end(isConnected || isLeft ? undefined : failure);
  });

  socket.on('drain', () => relay.resume());
  socket.on('data', (data: Buffer) => {
    for (let at = 0; at < data.length; at += MAX_DATA) {
      relay.send(dataFrame(data.subarray(at, at + MAX_DATA)), () => {
        if (relay.bufferedAmount < MAX_WAITING) socket.resume();
      });
    }
    if (relay.bufferedAmount >= MAX_WAITING) socket.pause();
  });
  // The relay knows no half of an end: the connection is over in both directions.
  const leave = (): void => {
    isLeft = true;
    relay.close(1000);
  };
  for (const event of ['end', 'error', 'close']) socket.on(event, leave);
}
