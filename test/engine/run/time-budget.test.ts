// How long a VM that works for one command may live: what each part of its work may take, in seconds.
import { SETUP_SECONDS, maxRunDurationSeconds } from '../../../functions/src/engine/run/time-budget';

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

test('the agent gives setup the time that the budget has for it', () => expect(SETUP_SECONDS).toBe(1800));
