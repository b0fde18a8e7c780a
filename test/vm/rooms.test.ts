// common/ is what the agent of any VM needs: it knows nothing of runs, and an agent of another kind is built on it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { RUN, destroyVms, startVm } from './start-vm';
import { deployedScripts } from './local-vm';
import { findForeignNames, functionsOf, scriptsOf } from './rooms';

const common = scriptsOf('common');
const run = scriptsOf('run');
const KINDS = ['run', 'image', 'instance'] as const;
const folder = mkdtempSync(join(tmpdir(), 'mymlops-rooms-'));
afterEach(destroyVms);
afterAll(() => rmSync(folder, { recursive: true }));

test.each(KINDS)('common/ uses no name that only %s/ defines', (kind) => {
  expect(findForeignNames(common, scriptsOf(kind))).toEqual([]);
});

test('image/ uses no name that only run/ defines', () => {
  expect(findForeignNames([...common, ...scriptsOf('image')], run)).toEqual([]);
});

test.each([
  ['a function', 'f() {\n  phase_source\n}\n', 'phase_source'],
  ['a function in a condition', 'f() {\n  if ! fetch_tip; then return; fi\n}\n', 'fetch_tip'],
  ['a variable', 'f() {\n  note "$notebook_path"\n}\n', 'notebook_path'],
  ['a key of the metadata', 'f() {\n  note "${meta_run:-none}"\n}\n', 'meta_run'],
  ['a constant', 'f() {\n  begin_tries "$PUSH_SECONDS"\n}\n', 'PUSH_SECONDS'],
  ['a variable in a calculation', 'f() {\n  note $((now_seconds - (push_ends + 1)))\n}\n', 'push_ends'],
])('%s of a run is noticed in common/', (_, script, name) => {
  expect(findForeignNames([...common, script], run)).toEqual([name]);
});

test('common/ speaks of setup, the side loop, notebooks and attempts, which only runs have', () => {
  const words = /\b(setup|side( loop)?|notebooks?|cells?|checkpoints?|snapshots?|attempts?|outcomes?|artifacts?)\b/;
  const lines = common.flatMap((script) => script.split('\n'));
  expect(lines.filter((line) => words.test(line))).toEqual([]);
});

test.each(KINDS)('shutdown.sh of %s has all parts of the agent that it needs', (kind) => {
  const built = readFileSync(join(deployedScripts(kind), 'shutdown.sh'), 'utf8');
  expect(findForeignNames([built], [...common, ...scriptsOf(kind)])).toEqual([]);
});

test.each(KINDS)('shutdown.sh of %s had its own copies of what the agent has', (kind) => {
  const own = functionsOf([...scriptsOf('shutdown'), ...scriptsOf(`${kind}/shutdown`)]);
  const agent = functionsOf([...common, ...scriptsOf(kind)]);
  // The same questions, which either answers in its own way.
  const both = ['kind_state', 'leave_if_fenced', 'main', 'add_result'];
  expect([...own].filter((name) => agent.has(name) && !both.includes(name))).toEqual([]);
});

test.each(KINDS)('shutdown/ uses no name that only the part of %s defines', (kind) => {
  const ofKind = [...scriptsOf(kind), ...scriptsOf(`${kind}/shutdown`)];
  expect(findForeignNames([...common, ...scriptsOf('shutdown')], ofKind)).toEqual([]);
});

test.each(KINDS)('%s/ defines nothing again but what common/ leaves to kinds', (kind) => {
  const again = [...functionsOf(scriptsOf(kind))].filter((name) => functionsOf(common).has(name));
  expect(again.filter((name) => !name.startsWith('kind_'))).toEqual([]);
});

/** A kind with nothing of its own but a name. */
const OTHER_KIND = `
main() {
  detect_vm
  make_folders
  start_clock
  enter_phase boot
  require_tools
  choose_decoder
  read_metadata
  prefix=runs/${RUN}/attempts/1/ owner='"run":"${RUN}","attempt":1' audience=${RUN}
  set_boot_id
  leave_if_stale
  look_for_fence
  write_settings
  start_reporter
  wait_until_ready
  enter_phase execute
  wait_for_deletion
  finished=true
}

main
`;

test('an agent of another kind, built on common/ alone, boots, gets ready, reports and powers its VM off', async () => {
  writeFileSync(join(folder, 'agent.sh'), [...common, OTHER_KIND].join('\n'));
  const vm = await startVm({
    scripts: folder,
    hurried: true,
    metadata: { 'mymlops-ready-64': base64('echo x >> ~/tries; [ $(wc -l < ~/tries) -eq 2 ]') },
  });
  expect(await vm.exited).toBe(0);
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'execute']);
  expect(vm.log()).toMatch(/power-off is skipped: this is not a Compute Engine VM\n$/);
});

test('an agent of another kind reports an error of its own', async () => {
  writeFileSync(
    join(folder, 'agent.sh'),
    [...common, OTHER_KIND.replace('  wait_until_ready\n', '  false\n')].join('\n'),
  );
  const vm = await startVm({ scripts: folder, hurried: true });
  expect(await vm.exited).toBe(1);
  expect(vm.state().failure).toMatchObject({ reason: 'internal' });
  expect(vm.state().failure?.message).toMatch(/agent\.sh line \d+: false/);
});
