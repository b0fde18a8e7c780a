// An interactive instance here, end to end: a plain web service from `start` to `delete`.
import { get } from 'node:http';
import { type Desk, expectOk, newDesk } from './desk';

const CONFIG = `
project: local
start:
  services:
    web:
      command: exec python3 -m http.server --bind $MYMLOPS_BIND $MYMLOPS_PORT
      port: 18765
`;

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ config: CONFIG });
  desk.write('hello.txt', 'hello\n');
  desk.write('.gitignore', 'ignored\n');
});
afterAll(() => desk.close());

const read = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

test('creates it, opens it, lists it, stops it, goes on with its disk, and deletes it', async () => {
  const first = expectOk(await desk.client('start', 'web'));
  const url = first.stdout.trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await read(`${url}hello.txt`)).toBe('hello\n');

  const again = expectOk(await desk.client('start', 'web'));
  expect(again.stdout).toBe(first.stdout);
  expect(expectOk(await desk.client('ps')).stdout).toMatch(/^INSTANCE .*\nweb +ready +local-a /);
  expect(expectOk(await desk.client('why', 'web')).stdout).toMatch(/^web is ready\.\n/);
  expect(expectOk(await desk.client('extend', 'web', '2h')).stderr).toContain('web stays on until ');

  expect(expectOk(await desk.client('stop', 'web')).stderr).toContain('web is stopped. Its disk stays');
  await expect(read(url)).rejects.toThrow('ECONNREFUSED');
  expect(expectOk(await desk.client('why', 'web')).stdout).toMatch(/^web is stopped \(user\)\.\nStopped by /);

  // The snapshot came at the first boot only.
  desk.write('hello.txt', 'changed\n');
  const resumed = expectOk(await desk.client('start', 'web'));
  expect(resumed.stdout).toBe(first.stdout);
  expect(resumed.stderr).toContain('web is started again, with its disk as it was.');
  expect(await read(`${url}hello.txt`)).toBe('hello\n');

  expect(expectOk(await desk.client('kill', '--all', '--yes')).stderr).toContain('web is stopped.');
  expect(expectOk(await desk.client('delete', 'web', '--yes')).stderr).toContain(
    'web is deleted, with its VM and its disk.',
  );
  const gone = await desk.client('stop', 'web');
  expect({ code: gone.code, stderr: gone.stderr }).toEqual({
    code: 102,
    stderr: expect.stringContaining('web was deleted.'),
  });
});
