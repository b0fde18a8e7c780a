// A Cloud Storage stand-in on a harness with a bucket, and the calls that its suites share.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageServer } from '../../../../deploy/local/shared/servers';
import { startStorage } from '../../../../deploy/local/storage';
import { BUCKET, createHarness, TOKEN, type Harness } from '../harness';

export interface Fixture extends Harness {
  storage: StorageServer;
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** The log as text: `WARNING unsupported call`. */
  logged(): string[];
  /** Files with contents, those that are complete and those that are being uploaded. */
  files(): { content: string[]; incoming: string[] };
  /** Closes the service and starts it again on the same folder. */
  restart(): Promise<void>;
}

export async function fixture(): Promise<Fixture> {
  const harness = createHarness();
  const { folder, logs } = harness;
  const start = (): Promise<StorageServer> => harness.started(startStorage(harness.options()));
  const storage = await start();
  storage.ensureBucket(BUCKET);
  const f: Fixture = {
    ...harness,
    storage,
    url: `http://${storage.address}`,
    logged: () => logs.map(({ severity, message }) => `${severity} ${message}`),
    files: () => ({ content: readdirSync(join(folder, 'content')), incoming: readdirSync(join(folder, 'incoming')) }),
    async restart() {
      await f.storage.close();
      f.storage = await start();
      f.url = `http://${f.storage.address}`;
    },
  };
  return f;
}

type Call = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** A call with the owner's token, unless `init` brings another. */
export function call(url: string, init: Call = {}): Promise<Response> {
  return fetch(url, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...init.headers } });
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
