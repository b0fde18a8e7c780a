// What the VM of a build does to its system and its disk on Compute Engine only. Here the disk is a folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UNMARKED, aSystem, type System } from '../compute-engine';
import { destroyVms } from '../local-vm';
import { startBuild, type BuildOptions, type BuildVm } from './start-build';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mymlops-system-'))));
afterEach(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true });
});

const disk = (path = ''): string => join(folder, 'system', path);

function put(path: string, content: string): void {
  mkdirSync(dirname(disk(path)), { recursive: true });
  writeFileSync(disk(path), content);
}

const start = (system: System, options: BuildOptions = {}): Promise<BuildVm> =>
  startBuild({ ...system.options, ...options, tools: { ...system.options.tools, ...options.tools } });

/** Files of the disk, without those that stand for devices. */
const FILES = `find root etc var opt tmp -type f`;
const filesOf = (): string => spawnSync('sh', ['-c', FILES], { cwd: disk(), encoding: 'utf8' }).stdout;

test('the disk is scrubbed after what writes logs has ended; then its free blocks go back, and it takes no write until power-off', async () => {
  const system = aSystem(folder, 'running', 'image');
  put('etc/ssh/ssh_host_rsa_key', 'marker');
  put('var/log/syslog', 'marker');
  put('tmp/x', 'marker');
  put('opt/model.bin', 'stays');
  const noted = system.options.tools['fstrim'] ?? '';
  const vm = await start(system, {
    setup: 'echo marker >~/.git-credentials; echo marker; echo stays >>~/model; echo marker >here',
    tools: { fstrim: `(cd '${disk()}' && ${FILES} >listing); ${noted}` },
  });
  expect(await vm.exited).toBe(0);
  expect(vm.state()).toMatchObject({ phase: 'scrub', scrubbed: true });
  expect(system.file('calls')).toMatch(
    /journalctl --relinquish-var\n.*rsyslog[^]*systemctl stop .*systemd-journald\.service\ncloud-init clean --logs\nfstrim -a\nfstrim .*\n$/,
  );
  expect(system.file('sysrq')).toBe('u\n');
  expect(filesOf().trim().split('\n').toSorted()).toEqual(['opt/model.bin', 'root/model']);
  expect(filesOf()).toBe(system.file('listing')); // nothing was written since
  expect(existsSync(disk('root/.mymlops'))).toBe(false);
  expect(existsSync(disk('root/repo'))).toBe(false);
  expect(system.file('power')).toBe('off\n');
  expect(system.file('dev/console')).toContain('phase scrub');
});

test('shutdown.sh writes nothing and says nothing once the disk is scrubbed', async () => {
  const system = aSystem(folder, 'stopping', 'image');
  const vm = await start(system);
  await vm.exited;
  const before = filesOf();
  await vm.shutDown();
  expect(filesOf()).toBe(before);
  expect(vm.google.reports.some(({ writer }) => writer === 'shutdown')).toBe(false);
});

test('during the setup shutdown.sh says that the VM goes down, and writes nothing to the disk', async () => {
  const system = aSystem(folder, 'stopping', 'image');
  const vm = await start(system, { setup: 'exec sleep 600', metadata: { 'mymlops-progress-seconds': '600' } });
  await vm.untilPhase('setup');
  const before = filesOf();
  await vm.shutDown();
  expect(vm.google.reports.some(({ writer, state }) => writer === 'shutdown' && state.stopping)).toBe(true);
  expect(filesOf()).toBe(before);
});

test('a disk from which something could not be removed is not said to be scrubbed', async () => {
  const system = aSystem(folder, 'running', 'image');
  put('etc/ssh/ssh_host_rsa_key', 'marker');
  const vm = await start(system, { tools: { rm: `case $* in *ssh_host*) exit 1 ;; esac` } });
  expect(await vm.failure()).toMatchObject({
    reason: 'internal',
    message: `the disk could not be scrubbed: ${disk('etc/ssh/ssh_host_rsa_key')}`,
  });
  expect(vm.google.reports.some(({ state }) => state.scrubbed)).toBe(false);
  expect(system.file('sysrq')).toBe('');
});

test('a disk that stays writable is not said to be scrubbed', async () => {
  const system = aSystem(folder, 'running', 'image');
  mkdirSync(disk('sysrq')); // the request fails
  const vm = await start(system, { hurried: true });
  expect((await vm.failure())?.reason).toBe('internal');
  expect(vm.google.reports.some(({ state }) => state.scrubbed)).toBe(false);
});

test('where blocks cannot be given back the build goes on, and the console says what that means', async () => {
  const system = aSystem(folder, 'running', 'image');
  const vm = await start(system, { tools: { fstrim: 'exit 1' } });
  expect(await vm.exited).toBe(0);
  expect(vm.state()).toMatchObject({ scrubbed: true });
  expect(system.file('dev/console')).toContain('removed files may be found in them');
});

test('the Python environment that a run needs is made before the setup, which finds it', async () => {
  const system = aSystem(folder, 'running', 'image');
  const python3 = `case $* in
      *ensurepip*) exit 0 ;;
      *EXTERNALLY*) exit 1 ;;
      *'-m venv'*) for last; do :; done; mkdir -p "$last/bin"; printf '#!/bin/sh\\necho own pip\\n' >"$last/bin/pip"; chmod +x "$last/bin/pip"; exit ;;
    esac`;
  const vm = await start(system, { tools: { pip: 'exit 127', python3 }, setup: 'pip; echo "$HOME $USER"' });
  expect(await vm.exited).toBe(0);
  expect(vm.sentLog()).toBe(`own pip\n${disk('root')} root\n`);
  expect(existsSync(disk('opt/mymlops/python/bin/pip'))).toBe(true); // a run on the image installs nothing
});

test("a user's computer that is a VM of Compute Engine itself was powered off by its local cloud, and would be scrubbed", async () => {
  const system = aSystem(folder, 'running', 'image');
  put('etc/ssh/ssh_host_rsa_key', 'of the user');
  const scripts = join(folder, 'marked');
  mkdirSync(scripts);
  for (const script of ['agent.sh', 'shutdown.sh']) {
    const text = system.file(`scripts/${script}`);
    expect(text).toContain(UNMARKED);
    writeFileSync(
      join(scripts, script),
      text.replaceAll(UNMARKED, () => '${MYMLOPS_VM:-}'),
    );
  }
  const vm = await start(system, { scripts });
  expect(await vm.exited).toBe(0);
  expect(system.file('power')).toBe('');
  expect(system.file('etc/ssh/ssh_host_rsa_key')).toBe('of the user');
  expect(vm.log()).toMatch(/scrubbing is skipped[^]*power-off is skipped/);
});
