// The computer's clock jumps: it is set, or the computer was asleep. Limits count waiting alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PREFIX, RUN, SCRIPTS, destroyVms, git, startVm, type Vm, type VmOptions } from '../start-vm';

const folder = mkdtempSync(join(tmpdir(), 'mymlops-clock-'));
afterEach(destroyVms);
afterAll(() => rmSync(folder, { recursive: true }));

const SET_SECONDS = '  seconds=$SECONDS\n';

/** The agent with a time of day that is off by what the file `jump` in TMPDIR says, for all its processes at once. */
function scriptsThatJump(): string {
  const text = readFileSync(join(SCRIPTS, 'agent.sh'), 'utf8');
  expect(text.split(SET_SECONDS)).toHaveLength(2);
  const off =
    '  local off=0\n  if [ -s "$TMPDIR/jump" ]; then IFS= read -r off <"$TMPDIR/jump"; fi\n  seconds=$((SECONDS + off))\n';
  writeFileSync(
    join(folder, 'agent.sh'),
    text.replace(SET_SECONDS, () => off),
  );
  return folder;
}

const start = (options: VmOptions): Promise<Vm> => startVm({ scripts: scriptsThatJump(), ...options });
const jump = (vm: Vm, seconds: number): void => writeFileSync(join(vm.folder, 'jump'), `${seconds}\n`);
const jumpAtFetch = (seconds: number): string =>
  `case "$*" in *" fetch "*) [ -e "$TMPDIR/jump" ] || echo ${seconds} >"$TMPDIR/jump" ;; esac`;
const untilExecute = ({ google }: Vm): Promise<void> =>
  google.until('execute', () => google.reports.some(({ state }) => state.phase === 'execute'));

function outputRepository(): string {
  const url = mkdtempSync(join(folder, 'output-'));
  git(url, 'init', '-q', '--bare');
  return url;
}

test.each([
  ['is set ahead by 20 min', 1200],
  ['is set ahead by 4 h, or the computer sleeps that long', 14_400],
])('a push whose computer %s gave up after 600 s that had not passed', async (_, seconds) => {
  const outputUrl = outputRepository();
  const vm = await start({ outputUrl, tools: { git: jumpAtFetch(seconds) } });
  await vm.giveVerdict();
  await vm.ended();
  expect(vm.state().publication).toEqual({ commit: git(outputUrl, 'rev-parse', 'main') });
  expect(git(outputUrl, 'ls-tree', '--name-only', 'main')).toBe(RUN);
});

test('a push ended at once whose computer was set ahead before the wait for the result, as was noted during it', async () => {
  const outputUrl = outputRepository();
  const vm = await start({ outputUrl, tools: { git: jumpAtFetch(1200) } });
  await vm.google.until('the note', () => /jumped by 1[12]\d\d s/.test(vm.log()));
  await vm.giveVerdict();
  await vm.ended();
  expect(vm.state().publication).toEqual({ commit: git(outputUrl, 'rev-parse', 'main') });
});

test('a jump of 4 h does not count as waiting for the result', async () => {
  const outputUrl = outputRepository();
  const vm = await start({ outputUrl });
  await vm.google.until('the outcome', () => vm.google.reports.some(({ state }) => state.outcome));
  jump(vm, 14_400);
  vm.google.setAttribute('mymlops-control', 'another=1\n'); // the wait ends, and begins anew
  await vm.giveVerdict();
  await vm.ended();
  expect(vm.state().publication).toEqual({ commit: git(outputUrl, 'rev-parse', 'main') });
});

test('a bucket that is away while the clock jumps has all of its time to come back', async () => {
  let vm: Vm | undefined;
  vm = await start({
    prepare: (google) => {
      google.fault = ({ name, method, count }) => {
        if (method !== 'POST' || !name.endsWith('/outcome.json') || count > 3) return null;
        if (vm) jump(vm, 14_400);
        return 503;
      };
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

/** The clock alone, in one process: a wait passes at once. $3: jumps of the time of day, each while the clock is watched. */
const TRIES = `
set -Eeuo pipefail
. "$1/10-tools.sh"
. "$1/16-clock.sh"
private=$2 elapsed=0 elapsed_at=100 now=100 jump=0 passed=0 watching=false clock=$$ clock_said='' clock_repeats=0
note() { :; }
set_seconds() { seconds=$now; }
pause() {
  if ! $watching; then
    watch_steps "$((($1 + CLOCK_STEP_SECONDS - 1) / CLOCK_STEP_SECONDS))"
    return
  fi
  if [ "$gone" -eq 0 ]; then return; fi
  now=$((now + $1 + jump)) jump=0 passed=$((passed + $1))
}
watch_steps() {
  gone=$1 watching=true
  watch_clock
  watching=false
}
is_agent_gone() {
  gone=$((gone - 1))
  [ "$gone" -lt 0 ]
}
keep_elapsed
begin_tries 600
for jump in $3; do watch_steps 1; done
until ! next_try; do :; done
printf '%s' "$passed"`;

test.each([
  ['does not jump', ''],
  ['is set ahead by 4 h', '14400'],
  ['is set back by ten days', '-864000'],
  ['jumps again and again', '1200 -16200 300 90000'],
])('tries of 600 s last as long where the clock %s meanwhile', (_, jumps) => {
  const common = resolve(__dirname, '../../../functions/vm/common');
  const place = mkdtempSync(join(folder, 'tries-'));
  const passed = Number(execFileSync('bash', ['-c', TRIES, 'bash', common, place, jumps], { encoding: 'utf8' }));
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThan(630);
});

/** The clock of another process, $3: in the file stands what it said. */
const OTHER_CLOCK = `
set -Eeuo pipefail
. "$1/10-tools.sh"
. "$1/16-clock.sh"
private=$2 elapsed=0 elapsed_at=100 now=100 clock=$$ clock_said='' clock_repeats=0
note() { :; }
set_seconds() { seconds=$now; }
pause() { now=$((now + $1)); }
eval "$3"
begin_tries 600
tries=0
until ! next_try; do tries=$((tries + 1)); done
printf '%s' "$((now - 100))"`;

test.each([
  ['says nothing new, because it was stopped or its file takes no writes', 'echo 0000000007 >"$private/elapsed"', 450],
  ['has ended', 'sleep 0 & clock=$!; wait "$clock"; echo 0000000007 >"$private/elapsed"', 0],
  ['has no file', 'rm -f "$private/elapsed"', 0],
  ['has an empty file', ': >"$private/elapsed"', 0],
  ['has a file that somebody else wrote', 'echo tomorrow >"$private/elapsed"', 0],
])('limits are reached although the clock %s', (_what, makeClock, laterBy) => {
  const common = resolve(__dirname, '../../../functions/vm/common');
  const place = mkdtempSync(join(folder, 'other-'));
  const passed = Number(
    execFileSync('bash', ['-c', OTHER_CLOCK, 'bash', common, place, makeClock], { encoding: 'utf8', timeout: 60_000 }),
  );
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThanOrEqual(630 + laterBy);
});

test('the fence is looked at with each heartbeat, although the clock was set back by 4.5 h', async () => {
  const vm = await start({
    command: 'exec sleep 600 #',
    metadata: { 'mymlops-heartbeat-seconds': '1', 'mymlops-progress-seconds': '1' },
  });
  await untilExecute(vm);
  jump(vm, -16_200);
  const looks = (): number => vm.google.bucketCalls.filter((call) => call === `GET ${PREFIX}fenced`).length;
  const before = looks();
  await vm.google.until('three looks', () => looks() >= before + 3);
});

test('an identity token looks younger than it is where the clock was set back: it is fetched anew', async () => {
  const vm = await start({ command: 'exec sleep 600 #', metadata: { 'mymlops-heartbeat-seconds': '1' } });
  await untilExecute(vm);
  jump(vm, -16_200);
  await vm.google.until('another token', () => vm.google.identities.length === 2);
});
