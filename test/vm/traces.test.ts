// The real agent against its recorded traces.
import { VOID_OUTCOME } from '@mymlops/protocol';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VmGoogle } from '../fakes/vm-google';
import { destroyVms, git, PREFIX, startVm, type Vm, type VmOptions } from './start-vm';
import { traceOf, TRACES } from './traces';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-traces-'))));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(destroyVms);

const QUIET = { 'mymlops-heartbeat-seconds': '600', 'mymlops-progress-seconds': '600' };

const start = (options: VmOptions = {}): Promise<Vm> =>
  startVm({ ...options, metadata: { ...QUIET, ...options.metadata } });

const untilExecuting = ({ google }: Vm): Promise<void> =>
  google.until('execute', () => google.reports.some(({ state }) => state.phase === 'execute'));

async function ended(vm: Vm): Promise<Vm> {
  await vm.ended();
  return vm;
}

async function left(vm: Vm): Promise<Vm> {
  await vm.exited;
  return vm;
}

const STORIES: Record<keyof typeof TRACES, () => Promise<Vm>> = {
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
    const vm = await start({ command: 'trap "exit 1" TERM; while :; do sleep 0.05; done #' });
    await untilExecuting(vm);
    vm.google.preempted = true;
    await vm.shutDown();
    process.kill(vm.agent.pid ?? 0, 'SIGTERM');
    return left(vm);
  },
  'voided before its outcome': async () =>
    left(await start({ prepare: (google) => google.put(`${PREFIX}outcome.json`, VOID_OUTCOME) })),
  async 'push done'() {
    git(folder, 'init', '-q', '--bare', 'out.git');
    const vm = await start({ outputUrl: join(folder, 'out.git') });
    await vm.giveVerdict();
    return ended(vm);
  },
  async 'push failed'() {
    const vm = await start({ outputUrl: '/nowhere.git' });
    await vm.giveVerdict();
    return ended(vm);
  },
};

test.each(Object.keys(TRACES) as (keyof typeof TRACES)[])('%s', async (story) => {
  const { google } = await STORIES[story]();
  expect(traceOf(google.bucketCalls, google.reports)).toEqual(TRACES[story]);
});
