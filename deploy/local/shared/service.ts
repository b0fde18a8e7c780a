// The environment that every stand-in of the local cloud gets, and the service that it returns.
import type { Server } from 'node:net';
import type { Clock } from './clock';
import type { Auth } from './auth';
import type { Log } from './log';
import type { Rights } from './rights';

export interface ServiceOptions {
  /** This service's own folder below the state folder; exists, mode 0700. */
  folder: string;
  /** Preferred port, so that a VM that outlives a restart finds its services again. 0: any. */
  port: number;
  auth: Auth;
  rights: Rights;
  clock: Clock;
  log: Log;
}

export interface Service {
  /** `127.0.0.1:<port>` */
  address: string;
  /** Stops listening and ends open connections. Everything that was acknowledged is already durable. */
  close(): Promise<void>;
}

/** Listens on loopback at `port`, or at any free port if that one is taken. Returns the address. */
export async function listenOnLoopback(
  server: Pick<Server, 'listen' | 'address' | 'once' | 'off'>,
  port: number,
): Promise<string> {
  const tryPort = (candidate: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(candidate, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await tryPort(port);
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await tryPort(0);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return `127.0.0.1:${address.port}`;
}
