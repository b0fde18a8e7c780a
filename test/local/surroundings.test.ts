// The main job on computers that are not as they should be: proxies in the environment, clocks that are wrong.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTempFolders } from '../client/temp-folder';
import { type Desk, EXECUTES, expectOk, newDesk, until } from './desk';

let desk: Desk | undefined;
afterEach(async () => {
  await desk?.close();
  desk = undefined;
});

// After the desk's hook: what its processes preload lies there until they have ended.
const tempFolder = useTempFolders();
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NOBODY = 'http://127.0.0.1:9';

/** Node.js options under which a process and its children believe that it is `byMs` later. */
function shiftedClock(byMs: number): string {
  const file = join(tempFolder(), 'shift.cjs');
  const source = `const Real = Date; const by = ${byMs};
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + by); }
  static now() { return Real.now() + by; }
};`;
  writeFileSync(file, source);
  return `--require=${file}`;
}

/** The same, but that the clock is right until `file` exists, and then `byMs` behind. */
function clockThatIsSetBack(byMs: number, file: string): string {
  const preload = join(tempFolder(), 'set-back.cjs');
  const source = `const Real = Date; const { existsSync } = require('fs');
let isBack = false;
const now = () => Real.now() - ((isBack ||= existsSync(${JSON.stringify(file)})) ? ${byMs} : 0);
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(now()); }
  static now() { return now(); }
};
// The functions are given an environment of their own, and live by the same clock.
const processes = require('child_process');
const { spawn } = processes;
processes.spawn = (file, args, options) => spawn(file, args, file === process.execPath
  ? { ...options, env: { ...options.env, NODE_OPTIONS: process.env.NODE_OPTIONS } } : options);
require('module').syncBuiltinESMExports();`;
  writeFileSync(preload, source);
  return `--require=${preload}`;
}

/** By the clock of the function that swept. */
async function sweptAt(on: Desk): Promise<string> {
  return (JSON.parse(expectOk(await on.client('sweep', '--json')).stdout) as { at: string }).at;
}

async function expectSuccess(on: Desk, name: string): Promise<string> {
  const done = await on.client('commit', on.notebook(name, ['x = 1']), '--json');
  const [result] = JSON.parse(done.stdout) as [{ run: string }];
  expect({ code: done.code, stderr: done.code ? done.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(result).toMatchObject({ status: 'succeeded', publication: { state: 'done' }, cleaned: true });
  return result.run;
}

test('with a proxy in the environment the commit went to the proxy', async () => {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'];
  const environment = Object.fromEntries(names.flatMap((name) => [name, name.toUpperCase()].map((it) => [it, NOBODY])));
  desk = await newDesk({ environment });
  await expectSuccess(desk, 'proxy.ipynb');
  expect((await desk.client('logs')).code).toBe(0);
});

test('a client whose clock is a day ahead, then a local cloud that was set back by it', async () => {
  desk = await newDesk();
  const ahead = desk.withEnvironment({ NODE_OPTIONS: shiftedClock(DAY_MS) });
  const first = await expectSuccess(ahead, 'client-ahead.ipynb');
  await desk.client('local', 'down');
  await ahead.client('local', 'up', '--sweep-seconds', '1');
  await expectSuccess(desk, 'cloud-ahead.ipynb');
  await desk.client('local', 'down');
  await desk.client('local', 'up', '--sweep-seconds', '1');
  await expectSuccess(desk, 'set-back.ipynb');
  expect((await desk.client('show', first)).code).toBe(0);
  expect(desk.vmProcesses()).toEqual([]);
});

test('the clock is set back an hour while a run executes: it goes on, is followed to its end, and cleaned', async () => {
  const setBack = join(tempFolder(), 'set-back');
  desk = await newDesk({ environment: { NODE_OPTIONS: clockThatIsSetBack(HOUR_MS, setBack) } });
  const go = join(desk.project, 'go');
  const wait = `import os, time\nprint("begun", flush=True)\nwhile not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)`;
  const commit = desk.start('commit', desk.notebook('set-back.ipynb', [wait, 'x = 1']), '--json');
  await until('it executes', () => (EXECUTES.test(commit.stderr()) ? true : undefined));
  const before = await sweptAt(desk);
  writeFileSync(setBack, '');
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    const after = await sweptAt(desk);
    expect([after, after < before]).toEqual([after, true]);
  }
  writeFileSync(go, '');
  const { code, stdout } = await commit.finished;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ status: 'succeeded', publication: { state: 'done' }, cleaned: true }]);
  expect(Object.keys((await desk.show()).attempts)).toEqual(['1']);
  expect(desk.vmProcesses()).toEqual([]);
});
