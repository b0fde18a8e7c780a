// Preemption through the real VM's shutdown script: another attempt follows, which begins with the last checkpoint; retry
// does a run again. Preemption in each phase is in each-moment.test.ts.
import { expectSettled } from './expect-settled';
import { expectOk, newDesk, until, type Desk } from './desk';
import { untilSettled } from './until-settled';
import { preempt } from './vms';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

async function commit(...args: string[]): Promise<string> {
  return expectOk(await desk.client('commit', '--detach', ...args)).stdout.trim();
}

/** Counts to ten in a file of the checkpoint folder; the first attempt stops at four until it is preempted. */
const COUNTS = `import os, time
folder = os.environ["MYMLOPS_CHECKPOINTS"]
path = os.path.join(folder, "step")
start = int(open(path).read()) if os.path.exists(path) else 0
print("from", start, flush=True)
for step in range(start + 1, 11):
    open(path + ".new", "w").write(str(step))
    os.replace(path + ".new", path)
    while step == 4 and os.environ["MYMLOPS_ATTEMPT"] == "1": time.sleep(0.05)`;

const untilSays = (run: string, text: string): Promise<true> =>
  until(`${run} says ${text}`, async () => {
    const { stdout } = await desk.client('logs', run);
    return stdout.includes(text) || undefined;
  });

test('preempted while it executes, a notebook goes on from its checkpoint', async () => {
  const run = await commit(desk.notebook('counts.ipynb', ['x = 1', COUNTS]));
  await untilSays(run, 'from 0');
  await preempt(desk, run);
  const document = await untilSettled(desk, run);
  expect(document).toMatchObject({
    status: 'succeeded',
    attempt: 2,
    attempts: { 1: { givenUp: { reason: 'preempted' } } },
    publication: { state: 'done' },
  });
  const { stdout } = expectOk(await desk.client('logs', run));
  expect(stdout).toMatch(
    /mymlops: restored the checkpoint runs\/.*\/attempts\/1\/checkpoints\/manifests\/\d{6}, files: 1/,
  );
  expect(stdout).toContain('from 4');
  await expectSettled(desk);
});

test('preempted after its outcome, a run has finished', async () => {
  const run = await commit('--keep-for', '1h', desk.notebook('kept.ipynb', ['x = 1']));
  await until(`${run} has ended`, async () =>
    (await desk.show(run)).publication?.state === 'done' ? true : undefined,
  );
  await preempt(desk, run);
  expect(await untilSettled(desk, run)).toMatchObject({ status: 'succeeded', attempt: 1 });
  await expectSettled(desk);
});

describe('retry', () => {
  test('does a run again from its checkpoint, and both know it', async () => {
    // The step is saved before it fails, and the second time begins after it.
    const fails = COUNTS.replace(/ {4}while step == 4.*/, '    if step == 4: time.sleep(3)\n    assert step != 4');
    const run = await commit(desk.notebook('fails.ipynb', ['x = 1', fails]), '-n', 'first');
    await untilSettled(desk, run);
    expect((await desk.show(run)).status).toBe('failed');
    const again = await desk.client('retry', run, '--resume', '--json');
    const result = JSON.parse(again.stdout) as { run: string; status: string };
    expect({ code: again.code, status: result.status }).toEqual({ code: 0, status: 'succeeded' });
    expect(expectOk(await desk.client('logs', result.run)).stdout).toContain('from 4');
    const fresh = await desk.show(result.run);
    expect(fresh).toMatchObject({ retryOf: run, notes: 'first' });
    expect(fresh.request?.source).toEqual((await desk.show(run)).request?.source);
    expect(expectOk(await desk.client('show', run)).stdout).toMatch(new RegExp(`retried by +${result.run}\n`));
    expect(expectOk(await desk.client('show', result.run)).stdout).toMatch(
      new RegExp(`retry of +${run}, from its checkpoint\n`),
    );
  });

  test('a run that goes on is not done again, one without a checkpoint not resumed', async () => {
    const run = await commit(desk.notebook('waits.ipynb', ['import time\ntime.sleep(600)']));
    await until('it runs', async () => ((await desk.show(run)).phase === 'execute' ? true : undefined));
    const live = await desk.client('retry', run);
    expect(live.code).toBe(101);
    expect(live.stderr).toContain(`${run} has not ended: it is running.`);
    expectOk(await desk.client('cancel', run));
    await untilSettled(desk, run);
    const none = await desk.client('retry', run, '--resume');
    expect(none.code).toBe(102);
    expect(none.stderr).toContain(`${run} has no checkpoint to resume from.`);
    await expectSettled(desk);
  });
});
