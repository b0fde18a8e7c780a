// The steps that the scripts take on Compute Engine only. test/real-vm/ shows the same under systemd with Google's guest agent.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREFIX, destroyVms, startVm, type Vm, type VmOptions } from '../start-vm';
import { eventually } from '../../deploy/local/harness';
import { aSystem, type System } from '../compute-engine';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mymlops-system-'))));
afterEach(async () => {
  await destroyVms();
  rmSync(folder, { recursive: true });
});

const start = (system: System, options: VmOptions = {}): Promise<Vm> =>
  startVm({ ...system.options, ...options, tools: { ...system.options.tools, ...options.tools } });

/** As Google's guest agent does where its package is installed anew. */
async function startAgain(vm: Vm, system: System): Promise<number | null> {
  const env = { PATH: `${join(vm.folder, 'tools')}:${process.env['PATH']}`, GCE_METADATA_HOST: vm.google.host };
  const again = spawn('/bin/bash', [join(system.options.scripts, 'agent.sh')], { env, stdio: 'ignore' });
  await once(again, 'exit');
  return again.exitCode;
}

test('a second start of the agent in the same boot deleted the folders of the first one', async () => {
  const system = aSystem(folder);
  const vm = await start(system, { command: 'until [ -e ~/go ]; do sleep 0.1; done; echo ended #' });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  expect(await startAgain(vm, system)).toBe(0);
  expect(system.file('dev/console')).toContain('the startup script was started again in the same boot');
  expect(system.file('power')).toBe('');
  writeFileSync(join(folder, 'system/root/go'), '');
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
  expect(vm.google.text(`${PREFIX}results/log.txt`)).toBe('ended\n');
});

test('after shutdown.sh on a VM that goes on, a failing command counted as interrupted', async () => {
  const system = aSystem(folder);
  const vm = await start(system, { command: 'until [ -e ~/go ]; do sleep 0.1; done; exit 3 #' });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  await vm.shutDown();
  writeFileSync(join(folder, 'system/root/go'), '');
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 3 } });
});

test.each(['stopping', 'unknown'])('shutdown.sh acts where the system is %s', async (state) => {
  const system = aSystem(folder, state);
  const vm = await start(system, { command: 'exec sleep 600 #' });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  await vm.shutDown();
  expect(vm.google.reports.some(({ writer, state: { stopping } }) => writer === 'shutdown' && stopping)).toBe(true);
});

test('needrestart and the timers of apt leave the VM alone', async () => {
  const system = aSystem(folder);
  const vm = await start(system, { command: 'echo "$NEEDRESTART_SUSPEND $DEBIAN_FRONTEND" #' });
  await vm.ended();
  expect(vm.google.text(`${PREFIX}results/log.txt`)).toBe('1 noninteractive\n');
  expect(system.file('etc/needrestart/conf.d/mymlops.conf')).toBe(
    '$nrconf{override_rc}{qr(^google-(shutdown|startup)-scripts\\.service$)} = 0;\n',
  );
  expect(system.file('systemctl')).toMatch(/^--runtime --no-block mask --now apt-daily\.timer /m);
});

describe('Python', () => {
  /** As on the images of Debian and Ubuntu: a python3 whose venv lacks a part until its package is installed. */
  const bare = (system: string): Record<string, string> => ({
    pip: 'exit 127',
    python3: `case $* in
      *ensurepip*) grep -q python3-venv '${system}/apt-get' 2>/dev/null; exit ;;
      *EXTERNALLY*) exit 1 ;;
      *'-m venv'*) for last; do :; done; mkdir -p "$last/bin"; printf '#!/bin/sh\\necho own pip\\n' >"$last/bin/pip"; chmod +x "$last/bin/pip"; exit ;;
    esac`,
  });

  test('the first example of the README failed on Google: its image has no pip that may be used', async () => {
    const system = aSystem(folder);
    const vm = await start(system, { tools: bare(join(folder, 'system')), command: 'pip; echo "$VIRTUAL_ENV" #' });
    await vm.ended();
    expect(system.file('apt-get')).toMatch(/update\n.* install python3-venv\n$/);
    expect(vm.google.text(`${PREFIX}results/log.txt`)).toBe(`own pip\n${folder}/system/opt/mymlops/python\n`);
  });

  test('where pip may be used, nothing is installed or made', async () => {
    const system = aSystem(folder);
    const usable = { pip: 'echo the pip of the image; exit', python3: 'exit 0' };
    const vm = await start(system, { tools: usable, command: 'pip #' });
    await vm.ended();
    expect(system.file('apt-get')).toBe('');
    expect(vm.google.text(`${PREFIX}results/log.txt`)).toBe('the pip of the image\n');
  });
});

describe('the serial console', () => {
  test('it has each line of the agent, and the bucket keeps them', async () => {
    const system = aSystem(folder);
    const vm = await start(system);
    await vm.ended();
    expect(system.file('dev/console')).toMatch(/^mymlops: \[ +\d+s main\] phase boot\r\n/);
    expect(system.file('dev/console')).toContain('phase execute');
    expect(vm.google.text(`${PREFIX}agent.log`)).toContain('phase publish');
  });

  test('it says which right the VM lacks', async () => {
    const system = aSystem(folder);
    const sentence = 'a@b.iam.gserviceaccount.com does not have storage.objects.create access to the object.';
    await start(system, {
      prepare: (google) => {
        google.fault = ({ method, name }) => (method === 'POST' && name.startsWith('runs/') ? 403 : null);
        google.refusal = sentence;
      },
    });
    await eventually(() => system.file('dev/console').includes(sentence));
    expect(system.file('dev/console').split(sentence)).toHaveLength(2); // once
  });
});

describe('a VM that nobody deletes', () => {
  const HOUR = 3600;
  const isOff = (system: System): boolean => system.file('power') !== '';

  test('powers itself off where its time limit is far', async () => {
    const system = aSystem(folder);
    const vm = await start(system, { hurried: true, metadata: { 'mymlops-time-limit-seconds': String(24 * HOUR) } });
    expect(await vm.exited).toBe(0);
    expect(isOff(system)).toBe(true);
  });

  test('powered off, its disk billed for ever: near its time limit it waits for Google, which deletes both', async () => {
    const system = aSystem(folder);
    const vm = await start(system, { hurried: true, metadata: { 'mymlops-time-limit-seconds': String(2 * HOUR) } });
    await vm.ended();
    const repeats = (): number => {
      const last = vm.google.reports.at(-1);
      return vm.google.reports.filter(({ seq }) => seq === last?.seq).length - 1;
    };
    // A quarter of an hour has 30 repeats.
    await vm.google.until('an hour of repeats', () => repeats() > 100);
    expect(isOff(system)).toBe(false);
    expect(system.file('dev/console')).toContain('not powering off: Google deletes this VM');
  });
});
