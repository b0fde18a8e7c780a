// kill -9 of the client: whatever it was doing, a run that was accepted goes its way, and the next command finds all well.
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
