// Ports of services.
import { createServer, type Server } from 'node:net';
import { listenOnLoopback } from '../../../../deploy/local/shared/service';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const server = (): Server => {
  const made = createServer();
  servers.push(made);
  return made;
};

test('the preferred port is used where it is free', async () => {
  const first = server();
  const address = await listenOnLoopback(first, 0);
  await new Promise((resolve) => first.close(resolve));
  expect(await listenOnLoopback(server(), Number(address.split(':')[1]))).toBe(address);
});

test('another one where it is taken', async () => {
  const address = await listenOnLoopback(server(), 0);
  const other = await listenOnLoopback(server(), Number(address.split(':')[1]));
  expect(other).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(other).not.toBe(address);
});

test('a port that may not be used is an error', async () => {
  await expect(listenOnLoopback(server(), 70_000)).rejects.toThrow();
});
