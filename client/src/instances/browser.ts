// Opens the browser at an address with a token. Other users of this computer see the words of a command line, so the browser is sent
// to an address of this process, which sends it on, once.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts the user's browser. False if it cannot be started. */
export type Launch = (url: string) => Promise<boolean>;

export interface OpenOptions {
  launch: Launch;
  interrupted: AbortSignal;
  /** Ends the waiting for a browser that never comes. */
  limit: AbortSignal;
}

/** True when the browser has come for the address. May be called again. */
export async function openInBrowser(url: string, { launch, interrupted, limit }: OpenOptions): Promise<boolean> {
  const path = `/${randomBytes(16).toString('hex')}`;
  const over = AbortSignal.any([interrupted, limit]);
  const server = createServer();
  let onOver: (() => void) | undefined;
  try {
    const come = new Promise<boolean>((resolve) => {
      onOver = () => resolve(false);
      if (over.aborted) onOver();
      over.addEventListener('abort', onOver);
      server.on('request', (request, response) => {
        const isIts = request.url === path;
        response.writeHead(isIts ? 302 : 404, {
          ...(isIts && { location: url }),
          ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' },
        });
        response.once('close', () => isIts && resolve(true));
        response.end();
      });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return (await launch(`http://127.0.0.1:${port}${path}`)) && (await come);
  } finally {
    if (onOver) over.removeEventListener('abort', onOver);
    server.close();
    server.closeAllConnections();
  }
}

const LAUNCHERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' };

/** By the system's own program for that. */
export const launchBrowser: Launch = (url) =>
  new Promise((resolve) => {
    const program = LAUNCHERS[process.platform];
    if (program === undefined) return resolve(false);
    const launched = spawn(program, [url], { stdio: 'ignore', detached: true });
    launched.once('error', () => resolve(false));
    launched.once('spawn', () => {
      launched.unref();
      resolve(true);
    });
  });
