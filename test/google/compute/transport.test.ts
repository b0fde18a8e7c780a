// Everything else here calls the stand-in by fetch, with a token at hand. On Google the adapter has Google's transport with its kept
// connections, TLS, and the token of the metadata server.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hostAndPort } from '@mymlops/protocol';
import { startCloud } from '../../deploy/local/compute/fixture';
import { TOKEN } from '../../deploy/local/harness';
import { bundleProgram } from '../../bundle';

const HOST = 'compute.googleapis.com';

let folder: string;
let google: Awaited<ReturnType<typeof startCloud>>;
const servers: Server[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-transport-'));
  google = await startCloud();
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`],
      ...[
        '-addext',
        `subjectAltName=DNS:${HOST}`,
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        join(folder, 'cert.pem'),
      ],
    ],
    { stdio: 'pipe' },
  );
});
afterAll(async () => {
  for (const server of servers) server.close();
  await google.end();
  rmSync(folder, { recursive: true, force: true });
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Google's metadata server, as far as the library for the sign-in asks it. */
function answerMetadata({ url, headers }: IncomingMessage, response: ServerResponse): void {
  const isToken = url?.startsWith('/computeMetadata/v1/instance/service-accounts/default/token') ?? false;
  if (headers['metadata-flavor'] !== 'Google' || !isToken) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json', 'metadata-flavor': 'Google' });
  response.end(JSON.stringify({ access_token: TOKEN, expires_in: 3599, token_type: 'Bearer' }));
}

/** Hands each call on to the stand-in. After `breaks` it closes the connection of the next call without an answer. */
function handOn(calls: string[], breaks: { isDue: boolean }) {
  const { host, port } = hostAndPort(google.service.address);
  return (from: IncomingMessage, response: ServerResponse): void => {
    calls.push(`${from.method} ${from.url}`);
    if (breaks.isDue) {
      breaks.isDue = false;
      return void from.socket.destroy();
    }
    const headers = { ...from.headers, host: `${host}:${port}` };
    const to = request({ host, port, path: from.url, method: from.method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    from.pipe(to);
  };
}

test.each([false, true])('all kinds of calls; the first connection is dead: %s', async (isDue) => {
  const calls: string[] = [];
  const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  const compute = await portOf(createHttpsServer(tls, handOn(calls, { isDue })));
  const metadata = await portOf(createHttpServer(answerMetadata));
  const program = await bundleProgram(join(__dirname, 'transport-child.ts'), folder);
  const env = {
    PATH: process.env['PATH'],
    NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'),
    GCE_METADATA_HOST: `127.0.0.1:${metadata}`,
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  const { stdout } = await promisify(execFile)(process.execPath, [program, String(compute)], { env });
  expect(JSON.parse(stdout)).toEqual({
    absent: null,
    listed: ['here'],
    offering: ['local-a', 'local-b', 'local-c'],
    refused: { refused: expect.objectContaining({ code: 'invalid', httpStatus: 400 }) },
  });
  const first = calls[0] ?? '';
  expect(first).toMatch(/^GET \/compute\/v1\/projects\/local\/zones\/local-a\/instances\/none/);
  expect(calls.filter((call) => call === first)).toHaveLength(isDue ? 2 : 1);
});
