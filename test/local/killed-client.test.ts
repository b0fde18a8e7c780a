// kill -9 of the client: whatever it was doing, a run that was accepted goes its way, and the next command finds all well.
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, newDesk, until } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
}, 60_000);
afterAll(() => desk.close());

async function runs(): Promise<{ live: boolean; status: string; request?: { run: string } }[]> {
  return JSON.parse((await desk.client('ps', '--all', '--json')).stdout) as Awaited<ReturnType<typeof runs>>;
}

const untilAllEnded = (): Promise<true> =>
  until('every run has ended', async () => ((await runs()).every(({ live }) => !live) ? true : undefined), 60);

test.each([
  ['before anything is sent', 'stderr', /^local/],
  ['as soon as the run is accepted', 'stdout', /^\d{8}-\d{6}-\w{4}\n/],
  ['while the notebook runs', 'stderr', /execute/],
] as const)(
  '%s',
  async (moment, stream, said) => {
    const client = desk.start('commit', desk.notebook(`${moment}.ipynb`, ['x = 1']));
    await until(moment, () => (said.test(client[stream]()) ? true : undefined));
    client.child.kill('SIGKILL');
    const { stdout } = await client.finished;
    await untilAllEnded();
    const accepted = stdout.trim();
    if (accepted !== '') expect(await desk.show(accepted)).toMatchObject({ status: 'succeeded', live: false });
    expect(desk.vmProcesses()).toEqual([]);
    const next = await desk.client('commit', desk.notebook(`after ${moment}.ipynb`, ['y = 1']));
    expect({ code: next.code, stderr: next.code ? next.stderr : '' }).toEqual({ code: 0, stderr: '' });
  },
  90_000,
);

test('amid its upload', async () => {
  const files = ['1', '2', '3'].map((name) => join(desk.project, `${name}.bin`));
  const bytes = 9_000_000;
  for (const file of files) writeFileSync(file, randomBytes(bytes));
  const incoming = join(desk.home, 'storage/incoming');
  const received = (): string[] => readdirSync(incoming).map((name) => join(incoming, name));
  const before = (await runs()).length;
  const notebook = desk.notebook('upload.ipynb', ['x = 1']);
  const watcher = watch(incoming);
  const client = desk.start('commit', notebook);
  // It stands still at the first bytes that have come: what is there then is not all.
  await new Promise<void>((resolve) => {
    watcher.on('change', () => {
      if (client.child.kill('SIGSTOP')) resolve();
    });
  });
  watcher.close();
  expect(received().map((file) => statSync(file).size < files.length * bytes)).toEqual([true]);
  client.child.kill('SIGKILL');
  await client.finished;
  await until('what came of it is discarded', () => (received().length === 0 ? true : undefined));
  expect((await runs()).length).toBe(before);
  const next = await desk.client('commit', notebook);
  expect({ code: next.code, stderr: next.code ? next.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(await desk.show()).toMatchObject({ status: 'succeeded', live: false });
}, 90_000);
