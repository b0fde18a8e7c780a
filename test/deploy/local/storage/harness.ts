// A Cloud Storage of our own on a temporary folder, and the little that its tests share.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../../deploy/local/shared/clock';
import { createAuth } from '../../../../deploy/local/shared/auth';
import type { StorageServer } from '../../../../deploy/local/shared/servers';
import { startStorage } from '../../../../deploy/local/storage';

export const OWNER_TOKEN = 'o'.repeat(40);
export const BUCKET = 'local-mymlops';

export interface Harness {
  storage: StorageServer;
  /** `http://127.0.0.1:<port>` */
  url: string;
  vmToken: string;
  /** What the service logged: `WARNING unsupported call`. */
  logged: string[];
  /** The folder in which the service keeps everything. */
  folder: string;
  /** Files of contents, complete and on their way in. */
  files(): { content: string[]; incoming: string[] };
  /** Closes the service and starts it again on the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startHarness(): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), 'storage-test-'));
  const auth = createAuth(OWNER_TOKEN);
  const logged: string[] = [];
  const start = (): Promise<StorageServer> =>
    startStorage({
      folder,
      port: 0,
      auth,
      clock: systemClock,
      log: (severity, message) => logged.push(`${severity} ${message}`),
    });
  const storage = await start();
  storage.ensureBucket(BUCKET);
  const harness: Harness = {
    storage,
    folder,
    url: `http://${storage.address}`,
    vmToken: auth.vmToken('mymlops-vm-1'),
    logged,
    files: () => ({ content: readdirSync(join(folder, 'content')), incoming: readdirSync(join(folder, 'incoming')) }),
    async restart() {
      await harness.storage.close();
      harness.storage = await start();
      harness.url = `http://${harness.storage.address}`;
    },
    async close() {
      await harness.storage.close();
      rmSync(folder, { recursive: true });
    },
  };
  return harness;
}

type Call = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** A call with the owner's token, unless `init` brings another. */
export function call(url: string, init: Call = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { authorization: `Bearer ${OWNER_TOKEN}`, ...init.headers } });
}

export const objectUrl = (base: string, name: string): string =>
  `${base}/storage/v1/b/${BUCKET}/o/${encodeURIComponent(name)}`;

/** Uploads `body` by uploadType=media. `query` is added to the URL. */
export function put(base: string, name: string, body: RequestInit['body'], query = ''): Promise<Response> {
  const url = `${base}/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${encodeURIComponent(name)}${query}`;
  return call(url, { method: 'POST', body });
}

export async function content(base: string, name: string): Promise<string> {
  const response = await call(`${objectUrl(base, name)}?alt=media`);
  if (!response.ok) throw new Error(`GET ${name}: ${response.status}`);
  return response.text();
}
