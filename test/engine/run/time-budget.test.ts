// How long a VM that works for one command may live: what each part of its work may take, in seconds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  MASK_SECONDS,
  READY_SECONDS,
  SECRET_SECONDS,
  SETUP_SECONDS,
  maxRunDurationSeconds,
} from '../../../functions/src/engine/run/time-budget';
import { scriptsOf } from '../../vm/rooms';

const PROVISIONING = 600;
const PUBLISH = 3300;

test.each([
  ['a command alone', {}, PROVISIONING + 3600 + PUBLISH],
  ['a longer command', { maxRunSeconds: 86_400 }, PROVISIONING + 86_400 + PUBLISH],
  ['no time for the command', { maxRunSeconds: 0 }, PROVISIONING + PUBLISH],
  ['a VM that stays afterwards', { keepSeconds: 900 }, PROVISIONING + 3600 + PUBLISH + 900],
  ['ready_command', { readyCommand: 'nvidia-smi' }, PROVISIONING + 300 + 3600 + PUBLISH],
  ['setup', { setup: 'pip install x' }, PROVISIONING + 1800 + 3600 + PUBLISH],
  ['secrets', { secrets: ['A', 'B'] }, PROVISIONING + 180 + 3600 + PUBLISH],
  ['secrets for both', { secrets: ['A'], setupSecrets: ['B'] }, PROVISIONING + 360 + 3600 + PUBLISH],
  ['an empty setup has its time too', { setup: '', readyCommand: '' }, PROVISIONING + 300 + 1800 + 3600 + PUBLISH],
  [
    'all of it',
    { setup: 's', readyCommand: 'r', maxRunSeconds: 60, keepSeconds: 30 },
    PROVISIONING + 300 + 1800 + 60 + PUBLISH + 30,
  ],
])('%s: %j gives %i s', (_what, work, seconds) => {
  expect(maxRunDurationSeconds({ maxRunSeconds: 3600, keepSeconds: 0, ...work })).toBe(seconds);
});

const AGENT = join(__dirname, '../../../functions/vm');
const agentScript = (file: string): string => readFileSync(join(AGENT, file), 'utf8');

test('the agent gives ready_command, setup and secrets the time that the budget has for them', () => {
  expect(agentScript('common/02-known.sh')).toMatch(new RegExp(`^readonly READY_SECONDS=${READY_SECONDS}\\b`, 'm'));
  expect(limits.get('SECRET')).toBe(SECRET_SECONDS);
  expect(limits.get('MASK')).toBe(MASK_SECONDS);
  expect(agentScript('run/00-start.sh')).toContain(`number_or meta_setup_seconds ${SETUP_SECONDS}\n`);
});

/** Seconds of each limit that the agent has, by its name. */
const limits = new Map(
  ['common', 'run'].flatMap((folder) =>
    scriptsOf(folder).flatMap((script) =>
      [...script.matchAll(/^readonly ([A-Z_]+)_SECONDS=(\d+)/gm)].map(
        ([, name = '', seconds]) => [name, Number(seconds)] as const,
      ),
    ),
  ),
);

const AFTER_COMMAND = ['TERM_GRACE', 'UPLOAD', 'OUTCOME', 'RESULT', 'PUSH'];
const BEFORE_COMMAND = ['BOOT', 'READY', 'RESTORE'];
const OF_SECRETS = ['SECRET', 'MASK'];
/** Pauses, and ages: no work has this time. */
const NO_WORK = ['TIME_LIMIT', 'TIME_LIMIT_GRACE', 'CLOCK_STEP', 'IDENTITY', 'JUMP', 'READY_PAUSE', 'REPEAT', 'STALE'];

test('each limit of the agent is of the time before its command, after it, or of no work', () => {
  expect([...limits.keys()].toSorted()).toEqual(
    [...AFTER_COMMAND, ...BEFORE_COMMAND, ...OF_SECRETS, ...NO_WORK].toSorted(),
  );
});

test('the agent had 3000 s to publish, of which its VM lived for 2400', () => {
  const publishing = AFTER_COMMAND.reduce((sum, name) => sum + (limits.get(name) ?? NaN), 0);
  expect(publishing).toBe(3030);
  // A call that is under way at a limit may end after it.
  expect(PUBLISH).toBeGreaterThanOrEqual(publishing + 240);
});

test('the agent gives claim and snapshot up before its VM counts as not provisioned', () => {
  expect(limits.get('BOOT')).toBeLessThan(PROVISIONING);
});
