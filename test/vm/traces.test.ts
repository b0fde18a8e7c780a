// The real agent against its recorded traces.
import { VOID_OUTCOME } from '@mymlops/protocol';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VmGoogle } from '../fakes/vm-google';
import { destroyMachines, git, PREFIX, startMachine, type Machine, type MachineOptions } from './machine';
import { traceOf, TRACES } from './traces';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-traces-'))));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(destroyMachines);

const QUIET = { 'mymlops-heartbeat-seconds': '600', 'mymlops-progress-seconds': '600' };

const start = (options: MachineOptions = {}): Promise<Machine> =>
  startMachine({ ...options, metadata: { ...QUIET, ...options.metadata } });

const untilExecuting = ({ google }: Machine): Promise<void> =>
  google.until('execute', () => google.reports.some(({ state }) => state.phase === 'execute'));

async function ended(machine: Machine): Promise<Machine> {
  await machine.ended();
  return machine;
}

async function left(machine: Machine): Promise<Machine> {
  await machine.exited;
  return machine;
}

const STORIES: Record<keyof typeof TRACES, () => Promise<Machine>> = {
  succeeds: async () => ended(await start()),
  'user error': async () => ended(await start({ command: 'exit 3 #' })),
  'setup fails': async () => ended(await start({ metadata: { 'mymlops-setup-64': btoa('exit 1') } })),
  'time limit': async () =>
    ended(await start({ command: 'exec sleep 600 #', metadata: { 'mymlops-max-run-seconds': '1' } })),
  'fenced before boot': async () => left(await start({ prepare: (google) => google.put(`${PREFIX}fenced`, '') })),
  async 'fenced while it executes'() {
    const metadata = { 'mymlops-progress-seconds': '1', 'mymlops-heartbeat-seconds': '1' };
    const prepare = (google: VmGoogle): void => {
      google.fault = ({ method, name, count }) => {
        // The third look is the side loop's first.
        if (method === 'GET' && name.endsWith('/fenced') && count === 3) google.put(`${PREFIX}fenced`, '');
        return null;
      };
    };
    return left(await start({ command: 'exec sleep 600 #', metadata, prepare }));
  },
  async 'preempted while it executes'() {
    const machine = await start({ command: 'trap "exit 1" TERM; while :; do sleep 0.05; done #' });
    await untilExecuting(machine);
    machine.google.preempted = true;
    await machine.shutDown();
    process.kill(machine.agent.pid ?? 0, 'SIGTERM');
    return left(machine);
  },
  'voided before its outcome': async () =>
    left(await start({ prepare: (google) => google.put(`${PREFIX}outcome.json`, VOID_OUTCOME) })),
  async 'push done'() {
    git(folder, 'init', '-q', '--bare', 'out.git');
    const machine = await start({ outputUrl: join(folder, 'out.git') });
    await machine.giveVerdict();
    return ended(machine);
  },
  async 'push failed'() {
    const machine = await start({ outputUrl: '/nowhere.git' });
    await machine.giveVerdict();
    return ended(machine);
  },
};

test.each(Object.keys(TRACES) as (keyof typeof TRACES)[])('%s', async (story) => {
  const { google } = await STORIES[story]();
  expect(traceOf(google.bucketCalls, google.reports)).toEqual(TRACES[story]);
});
