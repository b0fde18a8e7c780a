// Whatever goes wrong in a handler, the caller gets an answer and the server goes on.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { createAuth } from '../../../../deploy/local/shared/auth';
import type { Handler } from '../../../../deploy/local/shared/http';
import { withAuth, HttpError, readBody, readJson, sendJson } from '../../../../deploy/local/shared/http';
import { listenOnLoopback } from '../../../../deploy/local/shared/service';

const TOKEN = 't'.repeat(40);
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };
let server: Server | undefined;
let logged: string[];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(handle: Handler): Promise<string> {
  logged = [];
  const log = (severity: string, message: string): void => void logged.push(`${severity} ${message}`);
  server = createServer(withAuth(createAuth(TOKEN), log, handle));
  return listenOnLoopback(server, 0);
}

async function raw(address: string, text: string): Promise<string> {
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString()));
  socket.write(text);
  await once(socket, 'end');
  return answer;
}

test('a handler that throws answers in the form of Google', async () => {
  const address = await serve(async () => {
    throw new HttpError(409, 'alreadyExists', 'it exists already');
  });
  const response = await fetch(`http://${address}/`, { headers: AUTHORIZATION });
  const errors = [{ message: 'it exists already', domain: 'global', reason: 'alreadyExists' }];
  expect([response.status, await response.json()]).toEqual([
    409,
    { error: { code: 409, message: 'it exists already', errors } },
  ]);
  expect(logged).toEqual([]);
});

test('an unexpected error is a 500 and is logged, also one thrown at once', async () => {
  const address = await serve(() => {
    throw new TypeError('a bug');
  });
  expect((await fetch(`http://${address}/`, { headers: AUTHORIZATION })).status).toBe(500);
  expect(logged).toEqual(['ERROR call failed']);
});

test('an invalid URL is a 400, not the end of the process', async () => {
  const address = await serve(async (_request, response) => sendJson(response, 200, {}));
  const headers = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`;
  expect(await raw(address, `GET // HTTP/1.1\r\n${headers}`)).toContain('HTTP/1.1 400');
  expect((await fetch(`http://${address}/`, { headers: AUTHORIZATION })).status).toBe(200);
});

test('a body over the limit gets a 413, and the connection still serves', async () => {
  const address = await serve(async (request, response) => {
    const { length } = await readBody(request, 1000);
    sendJson(response, 200, { length });
  });
  const headers = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;
  const large = `POST / HTTP/1.1\r\n${headers}Content-Length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`;
  const small = `POST / HTTP/1.1\r\n${headers}Content-Length: 3\r\nConnection: close\r\n\r\nabc`;
  const answer = await raw(address, large + small);
  expect(answer).toContain('HTTP/1.1 413');
  expect(answer).toContain('{"length":3}');
});

test.each([
  ['', 200],
  ['""', 200],
  ['{"a":1}', 200],
  ['[1]', 400],
  ['null', 400],
  ['{', 400],
])('body %j: %i', async (body, status) => {
  const address = await serve(async (request, response) => sendJson(response, 200, await readJson(request, 100)));
  const init = { method: 'POST', body, headers: AUTHORIZATION };
  expect((await fetch(`http://${address}/`, init)).status).toBe(status);
});

test('a refused call is answered, and does not reach the handler', async () => {
  let calls = 0;
  const address = await serve(async () => void (calls += 1));
  const response = await fetch(`http://${address}/`, { method: 'POST', body: 'x'.repeat(100_000) });
  expect([response.status, calls, logged]).toEqual([401, 0, ['WARNING call refused']]);
});
