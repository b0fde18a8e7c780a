// kill -9 of the client: whatever it was doing, a run that was accepted goes its way, and the next command finds all well.
// Ctrl-C amid an upload leaves nothing at all.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locate } from '../parts';
import { type Desk, EXECUTES, newDesk, until } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

async function runs(): Promise<{ live: boolean; status: string; request?: { run: string } }[]> {
  return JSON.parse((await desk.client('ps', '--all', '--json')).stdout) as Awaited<ReturnType<typeof runs>>;
}

const untilAllEnded = (): Promise<true> =>
  until('every run has ended', async () => ((await runs()).every(({ live }) => !live) ? true : undefined), 60);

/** The client as it is typed in a shell whose temporary files have a folder of their own: other programs use the computer's. */
function shellWith(name: string, more: Record<string, string> = {}): { shell: Desk; temporary: string } {
  const temporary = join(desk.home, '..', name);
  mkdirSync(temporary, { recursive: true });
  return { shell: desk.withEnvironment({ TMPDIR: temporary, ...more }), temporary };
}

async function expectCommits(shell: Desk, notebook: string): Promise<void> {
  const next = await shell.client('commit', notebook);
  expect({ code: next.code, stderr: next.code ? next.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(await desk.show()).toMatchObject({ status: 'succeeded', live: false });
}

test('before anything is sent: no run, and the next commit removes what it left', async () => {
  const before = (await runs()).length;
  const atWork = join(desk.home, '../at-work');
  const git = `#!/bin/sh\ncase " $* " in *' ls-files '*) echo $$ > "${atWork}"; exec sleep 600 ;; esac\nexec ${locate('git')} "$@"\n`;
  desk.write('../bin/git', git, 0o755);
  const path = `${join(desk.project, '../bin')}:${process.env['PATH']}`;
  const notebook = desk.notebook('before.ipynb', ['x = 1']);
  const client = shellWith('before', { PATH: path }).shell.start('commit', notebook);
  const waiting = await until('git is at work', () => (existsSync(atWork) && +readFileSync(atWork)) || undefined);
  client.child.kill('SIGKILL');
  process.kill(waiting, 'SIGKILL');
  expect((await client.finished).stdout).toBe('');
  expect((await runs()).length).toBe(before);
  const { shell, temporary } = shellWith('before');
  expect(readdirSync(temporary)).toHaveLength(1);
  await expectCommits(shell, notebook);
  expect(readdirSync(temporary)).toEqual([]);
});

test.each([
  ['as soon as the run is accepted', 'stdout', /^\d{8}-\d{6}-\w{4}\n/],
  ['while the notebook runs', 'stderr', EXECUTES],
] as const)('%s', async (moment, stream, said) => {
  const go = join(desk.project, `${moment}.go`);
  const wait = `import os, time\nwhile not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)`;
  const client = desk.start('commit', desk.notebook(`${moment}.ipynb`, [wait]));
  await until(moment, () => (said.test(client[stream]()) ? true : undefined));
  client.child.kill('SIGKILL');
  const { stdout } = await client.finished;
  writeFileSync(go, '');
  await untilAllEnded();
  expect(await desk.show(stdout.trim())).toMatchObject({ status: 'succeeded', live: false });
  expect(desk.vmProcesses()).toEqual([]);
  await expectCommits(desk, desk.notebook(`after ${moment}.ipynb`, ['y = 1']));
});

test.each(['SIGKILL', 'SIGINT'] as const)(
  '%s amid its upload: no run, nothing in the bucket, no copy of the sources after the next commit',
  async (signal) => {
    const files = ['1', '2', '3'].map((name) => join(desk.project, `${name}.bin`));
    const bytes = 9_000_000;
    for (const file of files) writeFileSync(file, randomBytes(bytes));
    const incoming = join(desk.home, 'storage/incoming');
    const received = (): string[] => readdirSync(incoming).map((name) => join(incoming, name));
    const before = (await runs()).length;
    const notebook = desk.notebook('upload.ipynb', ['x = 1']);
    const { shell, temporary } = shellWith(signal);
    const watcher = watch(incoming);
    const client = shell.start('commit', notebook);
    // It stands still at the first bytes that have come: what is there then is not all.
    await new Promise<void>((resolve) => {
      watcher.on('change', () => {
        if (client.child.kill('SIGSTOP')) resolve();
      });
    });
    watcher.close();
    expect(received().map((file) => statSync(file).size < files.length * bytes)).toEqual([true]);
    const [left = ''] = readdirSync(temporary);
    expect(readdirSync(join(temporary, left))).toContain('source.bundle');
    client.child.kill(signal);
    client.child.kill('SIGCONT');
    const { code, stdout } = await client.finished;
    // -1: a signal ended it.
    expect({ code, stdout }).toEqual({ code: signal === 'SIGINT' ? 130 : -1, stdout: '' });
    expect(readdirSync(temporary)).toEqual(signal === 'SIGINT' ? [] : [left]);
    await until('what came of it is discarded', () => (received().length === 0 ? true : undefined));
    expect((await runs()).length).toBe(before);
    await expectCommits(shell, notebook);
    expect(readdirSync(temporary)).toEqual([]);
  },
);
