// How long a VM that works for one command may live: what each part of its work may take, in seconds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY_SECONDS, SETUP_SECONDS, maxRunDurationSeconds } from '../../../functions/src/engine/run/time-budget';

const PROVISIONING = 600;
const PUBLISH = 2400;

test.each([
  ['a command alone', {}, PROVISIONING + 3600 + PUBLISH],
  ['a longer command', { maxRunSeconds: 86_400 }, PROVISIONING + 86_400 + PUBLISH],
  ['no time for the command', { maxRunSeconds: 0 }, PROVISIONING + PUBLISH],
  ['a VM that stays afterwards', { keepSeconds: 900 }, PROVISIONING + 3600 + PUBLISH + 900],
  ['ready_command', { readyCommand: 'nvidia-smi' }, PROVISIONING + 300 + 3600 + PUBLISH],
  ['setup', { setup: 'pip install x' }, PROVISIONING + 1800 + 3600 + PUBLISH],
  ['an empty setup has its time too', { setup: '', readyCommand: '' }, PROVISIONING + 300 + 1800 + 3600 + PUBLISH],
  [
    'all of it',
    { setup: 's', readyCommand: 'r', maxRunSeconds: 60, keepSeconds: 30 },
    PROVISIONING + 300 + 1800 + 60 + PUBLISH + 30,
  ],
])('%s: %j gives %i s', (_what, work, seconds) => {
  expect(maxRunDurationSeconds({ maxRunSeconds: 3600, keepSeconds: 0, ...work })).toBe(seconds);
});

const agentScript = (file: string): string => readFileSync(join(__dirname, '../../../functions/vm', file), 'utf8');

test('the agent gives ready_command and setup the time that the budget has for them', () => {
  expect(agentScript('common/00-start.sh')).toMatch(new RegExp(`^readonly READY_SECONDS=${READY_SECONDS}\\b`, 'm'));
  expect(agentScript('run/00-start.sh')).toContain(`number_or meta_setup_seconds ${SETUP_SECONDS}\n`);
});
