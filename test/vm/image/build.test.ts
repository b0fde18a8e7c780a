// The agent of a VM that builds an image, from boot to its end, here as a process on this computer, whose disk it must leave alone.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { destroyVms } from '../local-vm';
import { expectNothingLeft } from '../processes';
import { BUILD, BUILD_PREFIX, startBuild } from './start-build';

afterEach(destroyVms);

test('a setup that succeeds reports a scrubbed disk, and the VM powers itself off at once', async () => {
  const vm = await startBuild({ setup: 'pwd; ls -A; echo "$MYMLOPS_BUILD"; read -r line || echo "no input"' });
  expect(await vm.exited).toBe(0);
  expect(vm.state()).toMatchObject({ phase: 'scrub', scrubbed: true });
  expect(vm.state().failure).toBeUndefined();
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'setup', 'scrub']);
  expect(vm.newest()).toMatchObject({ build: BUILD, attempt: 1 });
  expect(vm.sentLog()).toBe(`${join(vm.home, 'repo')}\n${BUILD}\nno input\n`);
  expect(vm.log()).toMatch(/scrubbing is skipped[^]*power-off is skipped: this is not a Compute Engine VM\n$/);
  await expectNothingLeft(vm.agent.pid);
});

test('each report has a token for the audience of the build', async () => {
  const vm = await startBuild();
  await vm.exited;
  const audiences = vm.google.identities.map((token): unknown =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
  );
  expect(audiences.length).toBeGreaterThan(0);
  for (const said of audiences) expect(said).toMatchObject({ aud: `image/${BUILD}` });
});

test('nothing of the VM is scrubbed, and nothing said to be, before its last log is sent', async () => {
  const vm = await startBuild({
    setup: 'echo last words',
    prepare: (google) => {
      google.fault = ({ method, name, count }) =>
        method === 'POST' && name === `${BUILD_PREFIX}log.txt` && count < 3 ? 503 : null;
    },
  });
  expect(await vm.exited).toBe(0);
  expect(vm.sentLog()).toBe('last words\n');
  expect(vm.google.reports.filter(({ state }) => state.scrubbed).every(({ state }) => state.phase === 'scrub')).toBe(
    true,
  );
});

test('a report of the scrubbed disk that is not taken is sent again before the VM powers off', async () => {
  let refused = 0;
  const vm = await startBuild({
    prepare: (google) => {
      google.fault = ({ path }) => {
        const isScrubbing = google.objects.has(`${BUILD_PREFIX}log.txt`);
        if (!path.endsWith(':publish') || !isScrubbing || refused > 1) return null;
        refused += 1;
        return 503;
      };
    },
  });
  expect(await vm.exited).toBe(0);
  expect(refused).toBe(2);
  expect(vm.state()).toMatchObject({ scrubbed: true });
});

test('a setup that fails: its exit code and its last line; the log is in the bucket', async () => {
  const vm = await startBuild({ setup: 'echo begun; echo "no such package: törch" >&2; exit 7' });
  expect(await vm.failure()).toEqual({
    reason: 'setup-failed',
    message: 'exit code 7. Last line: no such package: törch',
  });
  expect(vm.state().scrubbed).toBeUndefined();
  expect(vm.sentLog()).toContain('begun\nno such package: törch\n');
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'setup']);
});

test('a setup that fails without a word', async () => {
  const vm = await startBuild({ setup: 'exit 3' });
  expect(await vm.failure()).toEqual({ reason: 'setup-failed', message: 'exit code 3. Last line: none' });
});

test('a failed VM waits for its deletion, and powers itself off after a quarter of an hour', async () => {
  const vm = await startBuild({ setup: 'exit 1', hurried: true });
  expect(await vm.exited).toBe(0);
  const last = vm.newest();
  expect(last.state.failure?.reason).toBe('setup-failed');
  expect(vm.google.reports.filter(({ seq }) => seq === last.seq).length).toBeGreaterThan(10);
});

test('a setup that does not end is ended at its time limit', async () => {
  const vm = await startBuild({
    setup: 'echo begun; exec sleep 600',
    metadata: { 'mymlops-setup-seconds': '2' },
  });
  expect(await vm.failure()).toEqual({
    reason: 'timed-out',
    message: 'The setup did not end within its time limit of 2 s. Raise --max-time.',
  });
  expect(vm.sentLog()).toContain('begun\n');
});

test('the log is sent while it grows', async () => {
  const vm = await startBuild({ setup: 'echo begun; until [ -e ~/go ]; do sleep 0.1; done; echo ended' });
  const log = `${BUILD_PREFIX}log.txt`;
  await vm.google.until('the log', () => vm.google.objects.get(log)?.data.includes('begun') ?? false);
  expect(vm.sentLog()).toBe('begun\n');
  vm.put('go', '');
  await vm.exited;
  expect(vm.sentLog()).toBe('begun\nended\n');
});

test('secrets are variables of the setup, and the log has *** in their place', async () => {
  const vm = await startBuild({
    setup: 'echo "token $HUB_TOKEN"; [ "$HUB_TOKEN" = hidden-value ] && echo equal',
    metadata: { 'mymlops-setup-secrets': 'HUB_TOKEN' },
    prepare: (google) => google.secrets.set('mymlops_HUB_TOKEN', 'hidden-value'),
  });
  expect(await vm.exited).toBe(0);
  expect(vm.sentLog()).toBe('token ***\nequal\n');
  expect(vm.state()).toMatchObject({ scrubbed: true });
});

test('a secret that does not exist is a failure, and the setup does not run', async () => {
  const vm = await startBuild({ setup: 'touch ~/ran', metadata: { 'mymlops-setup-secrets': 'ABSENT' } });
  const failure = await vm.failure();
  expect(failure?.reason).toBe('secret-unavailable');
  expect(failure?.message).toContain('mymlops-client secrets set ABSENT');
  expect(existsSync(join(vm.home, 'ran'))).toBe(false);
});

test('processes that the setup left running end before the disk is scrubbed', async () => {
  const vm = await startBuild({
    setup:
      '(trap "" HUP; exec sleep 600) & setsid sh -c "echo >left; exec sleep 601" & until [ -s left ]; do sleep 0.1; done',
  });
  expect(await vm.exited).toBe(0);
  await expectNothingLeft(vm.agent.pid);
  expect(vm.log()).toContain('ending leftover processes of the command');
});

describe('a boot in the middle of a setup', () => {
  const claim = (vmId: string): string => JSON.stringify({ v: 1, vmId, boot: 'another-boot' });

  test('of the same VM reports a failure, however long ago the build was decided', async () => {
    const vm = await startBuild({
      setup: 'touch ~/ran',
      metadata: { 'mymlops-decided-at': String(Math.floor(Date.now() / 1000) - 7200) },
      prepare: (google) => google.put(`${BUILD_PREFIX}claim`, claim('4711')),
    });
    expect(await vm.failure()).toEqual({
      reason: 'setup-failed',
      message: 'The VM was started again in the middle of the setup, so its disk is not used. Build it again.',
    });
    expect(existsSync(join(vm.home, 'ran'))).toBe(false);
    expect(vm.state().scrubbed).toBeUndefined();
  });

  test('of another VM says nothing', async () => {
    const vm = await startBuild({ prepare: (google) => google.put(`${BUILD_PREFIX}claim`, claim('12')) });
    expect(await vm.exited).toBe(0);
    expect(vm.google.reports).toEqual([]);
  });

  test('a first boot claims the build for its VM', async () => {
    const vm = await startBuild();
    await vm.exited;
    expect(JSON.parse(vm.google.text(`${BUILD_PREFIX}claim`))).toEqual({ v: 1, vmId: '4711', boot: vm.newest().boot });
  });
});

describe('a VM that was given up', () => {
  test('before it booted does nothing', async () => {
    const vm = await startBuild({
      setup: 'touch ~/ran',
      prepare: (google) => google.put(`${BUILD_PREFIX}fenced`, '{}'),
    });
    expect(await vm.exited).toBe(0);
    expect(vm.google.reports).toEqual([]);
    expect(existsSync(join(vm.home, 'ran'))).toBe(false);
  });

  test('during its setup ends it, and says nothing of a scrubbed disk', async () => {
    const vm = await startBuild({ setup: 'exec sleep 600', metadata: { 'mymlops-heartbeat-seconds': '1' } });
    await vm.untilPhase('setup');
    vm.google.put(`${BUILD_PREFIX}fenced`, '{}');
    expect(await vm.exited).toBe(0);
    expect(vm.google.reports.some(({ state }) => state.scrubbed ?? state.failure)).toBe(false);
    await expectNothingLeft(vm.agent.pid);
  });

  test('long before it booted does nothing', async () => {
    const vm = await startBuild({
      setup: 'touch ~/ran',
      metadata: { 'mymlops-decided-at': String(Math.floor(Date.now() / 1000) - 7200) },
    });
    expect(await vm.exited).toBe(0);
    expect(vm.google.reports).toEqual([]);
  });
});

describe('a VM that goes down', () => {
  test('shutdown.sh says so with the state so far, and writes no object', async () => {
    const vm = await startBuild({
      setup: 'echo begun; exec sleep 600',
      metadata: { 'mymlops-progress-seconds': '600' },
    });
    await vm.untilPhase('setup');
    vm.google.preempted = true;
    const calls = vm.google.bucketCalls.length;
    await vm.shutDown();
    const said = vm.google.reports.filter(({ writer }) => writer === 'shutdown');
    expect(said).toMatchObject([{ build: BUILD, state: { phase: 'setup', stopping: { preempted: true } } }]);
    expect(vm.google.bucketCalls.slice(calls).filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  test('a setup that fails then was interrupted: it reports no failure', async () => {
    const vm = await startBuild({ setup: 'until [ -e ~/go ]; do sleep 0.1; done; exit 1' });
    await vm.untilPhase('setup');
    await vm.shutDown();
    vm.put('go', '');
    await vm.google.until('the interruption', () => vm.log().includes('going down: an interruption'));
    process.kill(vm.agent.pid ?? 0, 'SIGTERM');
    await vm.exited;
    expect(vm.google.reports.some(({ state }) => state.failure)).toBe(false);
  });

  test('once the disk is scrubbed shutdown.sh says nothing', async () => {
    const vm = await startBuild();
    await vm.exited;
    const before = vm.google.reports.length;
    await vm.shutDown();
    expect(vm.google.reports).toHaveLength(before);
  });
});

test('an error of the agent itself is reported', async () => {
  const vm = await startBuild({ metadata: { 'mymlops-setup-64': 'not/base64=really' } });
  expect(await vm.failure()).toMatchObject({ reason: 'internal' });
  expect(vm.state().scrubbed).toBeUndefined();
});

test('metadata that lacks the setup is an error by name', async () => {
  const vm = await startBuild({ prepare: (google) => google.attributes.delete('mymlops-setup-64') });
  await vm.exited;
  expect(vm.log()).toContain('lacks mymlops-setup-64');
});

test('a setup that deletes the home and the log of the agent still leads to an image', async () => {
  const vm = await startBuild({
    setup: `rm -rf ~/.mymlops ~/repo; echo gone; true`,
    metadata: { 'mymlops-setup-seconds': '30' },
  });
  expect(await vm.exited).toBe(0);
  expect(vm.state()).toMatchObject({ scrubbed: true });
  expect(vm.sentLog()).toContain('gone');
});

test('a long setup of many bytes is passed on as it is', async () => {
  const text = `${'# filler ü\n'.repeat(8000)}echo end`;
  const vm = await startBuild({ metadata: { 'mymlops-setup-64': base64(text) } });
  expect(await vm.exited).toBe(0);
  expect(vm.sentLog()).toBe('end\n');
});
