// A Google project that cannot be reached, as the user sees it: the real client, and a proxy on this computer in its way.
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { type Desk, type Finished, newDesk } from './desk';

let desk: Desk | undefined;
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await desk?.close();
  desk = undefined;
});

const CREDENTIALS = JSON.stringify({ type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' });

/** The address of a proxy that treats every connection so. */
async function proxyThat(treats: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    treats(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function deskBehind(HTTPS_PROXY: string, credentials = CREDENTIALS): Promise<Desk> {
  desk = await newDesk({ isCold: true, config: 'project: my-project\ncommit: {command: ./run.sh}\n' });
  desk.write('key.json', credentials);
  desk.notebook('a.ipynb', ['x = 1']);
  return desk.withEnvironment({ HTTPS_PROXY, GOOGLE_APPLICATION_CREDENTIALS: `${desk.project}/key.json` });
}

/** All verbs that ask Google; `commit` names where it goes first. */
async function askAll(on: Desk): Promise<Finished[]> {
  const verbs = [['commit', 'a.ipynb'], ['ps'], ['logs'], ['doctor'], ['cancel', '20260101-000000-aaaa']];
  return Promise.all(verbs.map((words) => on.client(...words)));
}

function expectSentence({ code, stdout, stderr }: Finished, sentence: RegExp): void {
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('project my-project'));
  expect({ code, stdout, lines }).toEqual({ code: 1, stdout: '', lines: [expect.stringMatching(sentence)] });
}

test('offline was reported as a defect with a stack after 17 s, as nothing for half a minute, or as not signed in', async () => {
  // A proxy that cuts every connection is as good as no network, and is the same on every computer.
  const proxy = await proxyThat((socket) => socket.destroy());
  const on = await deskBehind(`http://${proxy}`);
  const [commit, ...others] = await askAll(on);
  const sentence = `The proxy ${proxy} cannot be reached: the connection was reset \\(ECONNRESET\\)\\. Correct HTTPS_PROXY`;
  expectSentence(commit as Finished, new RegExp(`^Nothing was sent\\. ${sentence}`));
  for (const finished of others) expectSentence(finished, new RegExp(`^${sentence}`));
});

test.each([
  [407, (proxy: string) => `The proxy ${proxy} requires a user name and a password. Run: export HTTPS_PROXY=`],
  [403, (proxy: string) => `The proxy ${proxy} does not allow connections to [a-z]+\\.googleapis\\.com \\(HTTP 403\\)`],
])(
  'a proxy that answers %d was reported as a defect with a stack, or as a missing permission',
  async (status, sentence) => {
    const proxy = await proxyThat((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)));
    const on = await deskBehind(`http://${proxy}`);
    const [commit, ...others] = await askAll(on);
    expectSentence(commit as Finished, new RegExp(`^Nothing was sent\\. ${sentence(proxy)}`));
    for (const finished of others) expectSentence(finished, new RegExp(`^${sentence(proxy)}`));
  },
);

test('offline and without credentials, an error that a library threw outside of any call was reported: not signed in', async () => {
  const proxy = await proxyThat((socket) => socket.destroy());
  const on = (await deskBehind(`http://${proxy}`)).withEnvironment({ GOOGLE_APPLICATION_CREDENTIALS: '' });
  for (const verb of ['ps', 'logs']) {
    expectSentence(await on.client(verb), new RegExp(`^The proxy ${proxy} cannot be reached: .* Correct HTTPS_PROXY`));
  }
});

test('credentials and proxies that are none', async () => {
  const on = await deskBehind('http://127.0.0.1:1', 'no JSON');
  expectSentence(await on.client('ps'), /key\.json, which does not contain credentials for Google Cloud/);
  expectSentence(
    await on.withEnvironment({ HTTPS_PROXY: 'https://p:1' }).client('ps'),
    /^HTTPS_PROXY begins with https/,
  );
  expectSentence(
    await on.withEnvironment({ HTTPS_PROXY: 'http://us%er:pw@127.0.0.1:1' }).client('ps'),
    /^HTTPS_PROXY has a user name or password that cannot be decoded/,
  );
});
