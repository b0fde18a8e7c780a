// The calls of Terraform's backend `gcs` to Cloud Storage, for a bucket of any name: state and lock, in memory.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StateBucket {
  /** For each process of Terraform whose root has the backend. */
  environment: { GOOGLE_STORAGE_CUSTOM_ENDPOINT: string; GOOGLE_OAUTH_ACCESS_TOKEN: string };
  /** Contents by bucket/name. */
  objects: Map<string, { text: string; generation: number }>;
  close(): void;
}

const TOKEN = 'token-of-terraform';

export async function startStateBucket(): Promise<StateBucket> {
  const objects: StateBucket['objects'] = new Map();
  let generations = 0;

  const resource = (path: string): object => {
    const { text, generation } = objects.get(path) ?? { text: '', generation: 0 };
    const [bucket, ...name] = path.split('/');
    return {
      bucket,
      name: name.join('/'),
      generation: String(generation),
      metageneration: '1',
      size: `${text.length}`,
    };
  };

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const url = new URL(request.url ?? '', 'http://storage');
    const condition = url.searchParams.get('ifGenerationMatch');
    const isMet = (path: string): boolean =>
      condition === null || Number(condition) === (objects.get(path)?.generation ?? 0);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return json(response, 401, refusal(401));
    const list = /^\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname);
    if (request.method === 'GET' && list) {
      const start = `${list[1]}/${url.searchParams.get('prefix') ?? ''}`;
      return json(response, 200, { items: [...objects.keys()].filter((path) => path.startsWith(start)).map(resource) });
    }
    const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname);
    if (request.method === 'POST' && upload) {
      const path = `${upload[1]}/${url.searchParams.get('name')}`;
      if (!isMet(path)) return json(response, 412, refusal(412));
      objects.set(path, {
        text: secondPart(request.headers['content-type'] ?? '', body),
        generation: (generations += 1),
      });
      return json(response, 200, resource(path));
    }
    const [, bucket, name] = /^(?:\/storage\/v1\/b)?\/([^/]+)\/(?:o\/)?(.+)$/.exec(url.pathname) ?? [];
    const path = `${bucket}/${decodeURIComponent(name ?? '')}`;
    const found = objects.get(path);
    if (!found) return json(response, 404, refusal(404));
    if (!isMet(path)) return json(response, 412, refusal(412));
    if (request.method === 'DELETE') {
      objects.delete(path);
      return void response.writeHead(204).end();
    }
    if (url.pathname.startsWith('/storage/')) return json(response, 200, resource(path));
    // Content comes by the XML API: https://cloud.google.com/storage/docs/xml-api/get-object-download
    const headers = { 'x-goog-generation': String(found.generation), 'x-goog-metageneration': '1' };
    response.writeHead(200, headers).end(found.text);
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      GOOGLE_STORAGE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/storage/v1/`,
      GOOGLE_OAUTH_ACCESS_TOKEN: TOKEN,
    },
    objects,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const refusal = (code: number): object => ({ error: { code, message: `refused with ${code}`, errors: [] } });

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Of a body in parts, the object's metadata come first, and then its content. */
function secondPart(type: string, body: string): string {
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1] ?? '';
  const part = body.split(`--${boundary}`)[2] ?? '';
  return part.slice(part.indexOf('\r\n\r\n') + 4).replace(/\r\n$/, '');
}
