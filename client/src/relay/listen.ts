// A port of this computer behind which a VM's port is. Each connection to it goes through the relay on its own.
import { createServer, type Server, type Socket } from 'node:net';
import { carry, type Relay, type RelayTarget } from './carry';

export interface Tunnel {
  port: number;
  /** Ends all connections. May be called again. */
  close(): void;
}

export interface TunnelOptions {
  /** The port at which it listens. */
  port: number;
  target: RelayTarget;
  relay: Relay;
  /** Called with a sentence where a connection has not reached the VM; once for each reason, until one has reached it. */
  onRefusal(sentence: string): void;
}

/** Listens at 127.0.0.1. Rejects with the system's error where the port is in use, or may not be used. */
export async function openTunnel({ port, target, relay, onRefusal }: TunnelOptions): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  let lastRefusal: string | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void serve(socket);
  });
  const serve = async (socket: Socket): Promise<void> => {
    const refusal = await carry(socket, target, relay);
    if (refusal !== undefined && refusal !== lastRefusal && server.listening) onRefusal(refusal);
    lastRefusal = refusal;
  };
  await listening(server, port);
  return {
    port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
