// Things die in the middle of the main job; the run ends as it should and nothing is left.
import { expectSettled } from './expect-settled';
import { endProcesses, expectOk, newDesk, processesWith, until, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

/** Commits without following; returns the run's id. */
async function commitDetached(...args: string[]): Promise<string> {
  return expectOk(await desk.client('commit', '--detach', ...args)).stdout.trim();
}

/** A notebook that goes on until the file `go` is in the project folder. */
function waitingNotebook(name: string): string {
  const source = `import os, time\nprint("waiting", flush=True)\nwhile not os.path.exists(${JSON.stringify(`${desk.project}/go`)}): time.sleep(0.05)`;
  return desk.notebook(name, ['x = 1', source]);
}

const untilExecuting = (run: string): Promise<true> =>
  until(`${run} executes`, async () => ((await desk.show(run)).phase === 'execute' ? true : undefined));

const untilCleaned = (run: string): Promise<true> =>
  until(`${run} is cleaned`, async () => ((await desk.show(run)).live ? undefined : true), 45);

function endProcess(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

test('kill -9 of the local cloud while a notebook runs: the VM goes on, the next start finds it, the run succeeds', async () => {
  const run = await commitDetached(waitingNotebook('cloud-dies.ipynb'));
  await untilExecuting(run);
  const vms = desk.vmProcesses();
  endProcess(desk.endpoints().pid);
  expectOk(await desk.client('local', 'up', '--sweep-seconds', '1'));
  expect(desk.vmProcesses()).toEqual(expect.arrayContaining(vms.slice(0, 1)));
  desk.write('go', '');
  await untilCleaned(run);
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
  await expectSettled(desk);
});

test('kill -9 of the functions, again and again during a run: it succeeds nevertheless', async () => {
  desk.write('go', '');
  const commit = desk.start('commit', desk.notebook('functions-die.ipynb', ['x = 1', 'y = 2']), '--json');
  const seen = new Set<number>();
  for (let kills = 0; kills < 4; kills++) {
    const child = await until('a new functions child', () => {
      try {
        const pid = desk.functionsChild();
        return seen.has(pid) ? undefined : pid;
      } catch {
        return undefined; // between two children
      }
    });
    seen.add(child);
    await until('it has done something', () => (desk.vmProcesses().length > 0 || kills > 0 ? true : undefined));
    endProcess(child);
  }
  const done = await commit.finished;
  const [{ run }] = JSON.parse(done.stdout) as [{ run: string }];
  await untilCleaned(run);
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
  await expectSettled(desk);
});

/** A notebook that never ends in its first attempt, and at once in any other. */
function interruptedNotebook(name: string): string {
  const source = 'import os, time\nif os.environ["MYMLOPS_ATTEMPT"] == "1": time.sleep(300)';
  return desk.notebook(name, ['x = 1', source]);
}

test('kill -9 of the VM: the sweep finds it stopped, and another attempt brings the run to its end', async () => {
  const run = await commitDetached(interruptedNotebook('vm-dies.ipynb'));
  await untilExecuting(run);
  endProcesses(desk.vmProcesses());
  await untilCleaned(run);
  expect(await desk.show(run)).toMatchObject({
    status: 'succeeded',
    attempt: 2,
    attempts: { 1: { givenUp: { reason: 'lost' } } },
    publication: { state: 'done' },
  });
  await expectSettled(desk);
});

test('a cancel right behind the commit: cancelled, nothing is left', async () => {
  const runs = await Promise.all(
    [1, 2, 3].map((n) => commitDetached(desk.notebook(`cancel-${n}.ipynb`, ['import time\ntime.sleep(300)']))),
  );
  expectOk(await desk.client('cancel', ...runs));
  for (const run of runs) {
    await untilCleaned(run);
    expect(await desk.show(run)).toMatchObject({ status: 'cancelled', reason: 'cancelled-by-user' });
  }
  await expectSettled(desk);
});

test("-k, here by the predecessor's name, keeps the VM after the end, and a cancel releases it", async () => {
  const done = await desk.client('commit', '--keep_instance', desk.notebook('kept.ipynb', ['x = 1']), '--json');
  expect(done.code).toBe(0);
  const [{ run }] = JSON.parse(done.stdout) as [{ run: string }];
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded', live: true });
  expect(desk.vmProcesses().length).toBeGreaterThan(0);
  expectOk(await desk.client('cancel', run));
  await untilCleaned(run);
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded' });
  await expectSettled(desk);
});

test('a command that leaves a background process: it ends with its VM', async () => {
  desk.write('run-background.sh', '#!/bin/sh\nsetsid sleep 4242 &\nexec python3 run_notebook.py "$1"\n', 0o755);
  desk.write('mymlops.yml', 'project: local\ncommit:\n  command: ./run-background.sh\n');
  const done = await desk.client('commit', desk.notebook('background.ipynb', ['x = 1']));
  expect(done.code).toBe(0);
  expect(processesWith(`MYMLOPS_RUN=`, `HOME=${desk.home}`)).toEqual([]);
  await expectSettled(desk);
});

test('no process outlives the cloud that is reset', async () => {
  const run = await commitDetached(desk.notebook('reset.ipynb', ['import time', 'time.sleep(300)']));
  await untilExecuting(run);
  const { pid } = desk.endpoints();
  expectOk(await desk.client('local', 'reset', '--yes'));
  expect(desk.vmProcesses()).toEqual([]);
  expect(() => process.kill(pid, 0)).toThrow();
});
