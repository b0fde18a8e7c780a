// A pull that is ended amid a download, by a signal or by kill -9; and the commit after a pull.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Desk, expectOk, newDesk, type Running, until } from './desk';
import { withEndpoint } from './with-endpoint';

/** More than an untracked file of a snapshot may have. */
const BYTES = 10_500_000;

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
  const cell = `import os\nopen(os.environ["MYMLOPS_ARTIFACTS"] + "/weights.bin", "wb").write(bytes(${BYTES}))`;
  expectOk(await desk.client('commit', desk.notebook('train.ipynb', [cell])));
});
afterAll(() => desk.close());

/** Passes every call on to Cloud Storage, and keeps back the rest of a content that is large. */
async function stallingProxy(address: string): Promise<{ address: string; close(): Promise<void> }> {
  const [host = '', port = ''] = address.split(':');
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const call = request({ host, port, method, path, headers: { ...headers, host: address } }, (received) => {
      answer.writeHead(received.statusCode ?? 500, received.headers);
      if (Number(received.headers['content-length']) < BYTES) return void received.pipe(answer);
      received.once('data', (beginning: Buffer) => {
        received.pause();
        answer.write(beginning);
      });
    });
    asked.pipe(call);
    call.on('error', () => answer.destroy());
    answer.on('close', () => call.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets `end` end a pull into `folder` whose largest file has come in part. */
async function pullUntil(folder: string, end: (pull: Running) => void): Promise<Awaited<Running['finished']>> {
  const proxy = await stallingProxy(desk.endpoints().storage);
  try {
    return await withEndpoint(desk, 'storage', proxy.address, async () => {
      const pull = desk.start('pull', 'latest', folder);
      await until('a part of it has come', () => (partsIn(folder).some(({ bytes }) => bytes > 0) ? true : undefined));
      end(pull);
      return pull.finished;
    });
  } finally {
    await proxy.close();
  }
}

function partsIn(name: string): { file: string; bytes: number }[] {
  const folder = join(desk.project, name, 'artifacts');
  const names = existsSync(folder) ? readdirSync(folder).filter((each) => each !== 'weights.bin') : [];
  return names.map((each) => ({
    file: each,
    bytes: statSync(join(folder, each), { throwIfNoEntry: false })?.size ?? 0,
  }));
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s: 130, no words, no part of a file is left, and the next one brings all',
  async (signal) => {
    const finished = await pullUntil(signal, ({ child }) => void child.kill(signal));
    expect(finished).toEqual({ code: 130, stdout: '', stderr: '' });
    expect(partsIn(signal)).toEqual([]);
    expectOk(await desk.client('pull', 'latest', signal));
    expect(statSync(join(desk.project, signal, 'artifacts/weights.bin')).size).toBe(BYTES);
  },
);

test('kill -9: the next one removes the part that was left', async () => {
  await pullUntil('killed', ({ child }) => void child.kill('SIGKILL'));
  expect(partsIn('killed')).toHaveLength(1);
  expectOk(await desk.client('pull', 'latest', 'killed'));
  expect(partsIn('killed')).toEqual([]);
  expect(statSync(join(desk.project, 'killed/artifacts/weights.bin')).size).toBe(BYTES);
});

test('pull, done as the end of a commit says, made the next commit refuse, or carried old results along', async () => {
  const [{ run }] = JSON.parse(expectOk(await desk.client('ps', '-n', '1', '--json')).stdout) as [{ run: string }];
  expectOk(await desk.client('pull'));
  expect(statSync(join(desk.project, run, 'artifacts/weights.bin')).size).toBe(BYTES);
  const cell = `import os\nassert not os.path.exists(${JSON.stringify(run)}), os.listdir()`;
  expectOk(await desk.client('commit', desk.notebook('next.ipynb', [cell])));
});
