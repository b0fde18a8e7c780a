// `rm`, the whole way: what goes, what stays, and what cannot bring it back.
import { execFileSync } from 'node:child_process';
import { type Desk, expectOk, newDesk, until } from './desk';
import { bucketsIn } from '../deploy/local/buckets-in';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

const commit = async (name: string): Promise<string> => {
  const done = expectOk(await desk.client('commit', '--json', desk.notebook(name, ['x = 1'])));
  return (JSON.parse(done.stdout) as [{ run: string }])[0].run;
};

const bearer = (): Record<string, string> => ({ authorization: `Bearer ${desk.endpoints().token}` });

/** In both buckets. */
async function objectsOf(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const bucket of Object.values(bucketsIn(desk.home))) {
    const url = `http://${desk.endpoints().storage}/storage/v1/b/${bucket}/o?prefix=${prefix}`;
    const { items = [] } = (await (await fetch(url, { headers: bearer() })).json()) as { items?: { name: string }[] };
    found.push(...items.map(({ name }) => name));
  }
  return found;
}

async function publish(request: object): Promise<void> {
  const url = `http://${desk.endpoints().pubsub}/v1/projects/local/topics/mymlops-requests:publish`;
  const data = Buffer.from(JSON.stringify(request)).toString('base64');
  const headers = { ...bearer(), 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ messages: [{ data }] }) });
  expect(status).toBe(200);
}

const head = (): string => execFileSync('git', ['-C', desk.output, 'rev-parse', 'main'], { encoding: 'utf8' });

test('two runs go with all that they left; the git repository and a third run stay', async () => {
  const runs = [await commit('a.ipynb'), await commit('b.ipynb'), await commit('c.ipynb')] as const;
  const [first, second, third] = runs;
  const { request } = await desk.show(first);
  const before = head();
  expect(await objectsOf(`runs/${first}/`)).not.toEqual([]);

  const removed = await desk.client('rm', first, second, first, '--json');
  const started = 'started \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d';
  expect(expectOk(removed).stderr).toMatch(
    new RegExp(
      `^${first} \\(a.ipynb, ${started}\\) was removed\\.\n${second} \\(b.ipynb, ${started}\\) was removed\\.\n$`,
    ),
  );
  expect(JSON.parse(removed.stdout)).toEqual(
    [first, second].map((run) => ({ run, removed: true, exitCode: 0, message: `${run} was removed.` })),
  );
  expect(await objectsOf('runs/')).toEqual(await objectsOf(`runs/${third}/`));
  expect((await objectsOf('sources/')).length).toBeGreaterThan(0);
  expect(head()).toBe(before);
  const { stdout } = expectOk(await desk.client('ps', '--json'));
  expect((JSON.parse(stdout) as { run: string }[]).map(({ run }) => run)).toEqual([third]);

  // Pub/Sub may deliver a commit again weeks later. The one after it shows that it was worked on.
  await publish(request ?? {});
  const fourth = await commit('d.ipynb');
  expect(await desk.client('show', first)).toEqual({ code: 102, stdout: '', stderr: `${first} was removed.\n` });
  expectOk(await desk.client('rm', third, fourth));
  expect((await desk.client('ps', '--json')).stdout).toBe('[]\n');
  expect(await objectsOf('runs/')).toEqual([]);
});

test('a live run is refused with what to do; the others are removed nevertheless; the worst code', async () => {
  const gone = await commit('gone.ipynb');
  const live = expectOk(
    await desk.client('commit', '--detach', desk.notebook('live.ipynb', ['import time', 'time.sleep(300)'])),
  ).stdout.trim();
  await until('it has arrived', async () => (await desk.client('show', live)).code === 0 || undefined);
  const unclear = await desk.client('rm', gone, '20');
  expect(unclear).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('2 runs have "20" in their id'),
  });
  const unknown = '20200101-000000-zzzz';
  const { code, stderr, stdout } = await desk.client('rm', 'latest', gone, unknown, 'nothing-like-it');
  expect({ code, stdout }).toEqual({ code: 102, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(`^${live} is (queued|provisioning|running). End it first: mymlops-client cancel ${live}$`),
    expect.stringMatching(`^${gone} \\(gone.ipynb, started .*\\) was removed\\.$`),
    `There is no run ${unknown}. See: mymlops-client ps --all`,
    'No run has "nothing-like-it" in its id. See: mymlops-client ps --all',
    '',
  ]);
  expectOk(await desk.client('cancel', live));
  await until('it is gone', async () => (await desk.client('rm', live)).code === 0 || undefined);
});
