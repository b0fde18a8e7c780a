// Calls to a service of the local cloud that does not answer as it should.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { restOnThisComputer } from '../../../client/src/google/rest';
import { describeFailure } from '../../../client/src/google/failures';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function addressOf(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureOf = (address: string): Promise<unknown> =>
  restOnThisComputer(address, 'token')('/v1/x', {}).catch((error: unknown) => error);

test('nobody listens: the sentence names the local cloud', async () => {
  const address = await addressOf(() => undefined);
  for (const close of closing.splice(0)) close();
  const error = await failureOf(address);
  expect(error).toMatchObject({ code: 14 });
  expect(describeFailure(error)).toMatch(/ECONNREFUSED .*see `mymlops-client local status`\.$/);
});

test.each<[string, RequestListener]>([
  ['before the answer', ({ socket }) => void socket.destroy()],
  [
    'in the middle of the answer',
    (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('[', () => response.destroy());
    },
  ],
])('a connection that ends %s is a service that cannot be reached', async (_when, answer) => {
  expect(await failureOf(await addressOf(answer))).toMatchObject({ code: 14 });
});

const answering = (status: number, text: string): RequestListener => {
  return (_request, response) => void response.writeHead(status).end(text);
};

test.each([
  [400, '[{"error":{"code":400,"message":"limit is negative","status":"INVALID_ARGUMENT"}}]', 3, 'limit is negative'],
  [404, '{"error":{"code":404,"message":"no database","status":"NOT_FOUND"}}', 5, 'no database'],
  [401, '{"error":{"code":401,"message":"refused: the token"}}', 401, 'refused: the token'],
  [503, '<html>Service Unavailable</html>', 14, 'The answer has the HTTP status 503'],
  [200, '<html>Log in here</html>', 14, 'The answer has the HTTP status 200'],
])('HTTP status %i with %s', async (status, text, code, message) => {
  const error = await failureOf(await addressOf(answering(status, text)));
  expect(error).toMatchObject({ code, message });
});

test('an address of IPv6', async () => {
  const error = await failureOf('[::1]:1');
  expect(error).toMatchObject({ code: 14, message: expect.stringContaining('::1') });
});
