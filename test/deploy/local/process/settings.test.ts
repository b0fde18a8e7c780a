// The command line: flags, defaults, and mistakes.
import { readSettings, UsageError, type Settings } from '../../../../deploy/local/process/settings';

const read = (...args: string[]): Readonly<Settings> => readSettings(args, '/functions.zip');

test('the defaults', () => {
  expect(read('--state', '/state')).toEqual({
    folder: '/state',
    deployment: 'mymlops',
    functions: '/functions.zip',
    sweepSeconds: 60,
    graceSeconds: 570,
    idleMinutes: 10,
    heartbeatSeconds: 5,
    progressSeconds: 1,
    emulators: {},
    destroy: false,
  });
});

test.each<[string, string[], Partial<Settings>]>([
  ['an emulator', ['--firestore-emulator', 'localhost:8080'], { emulators: { firestore: 'localhost:8080' } }],
  [
    'both emulators',
    ['--firestore-emulator', '[::1]:1', '--pubsub-emulator', '127.0.0.1:2'],
    { emulators: { firestore: '[::1]:1', pubsub: '127.0.0.1:2' } },
  ],
  ['parts of a minute', ['--idle-minutes', '0.5', '--sweep-seconds', '0.2'], { idleMinutes: 0.5, sweepSeconds: 0.2 }],
  ['the end of everything', ['--destroy'], { destroy: true }],
  ['another bundle', ['--functions', '/other.mjs'], { functions: '/other.mjs' }],
])('%s', (_what, args, expected) => {
  expect(read('--state', '/state', ...args)).toMatchObject(expected);
});

test.each<[string, string[], string]>([
  ['no folder', [], '--state: is missing'],
  ['an empty folder', ['--state', ''], '--state: is missing'],
  [
    'no deployment name',
    ['--state', '/s', '--deployment', 'A'],
    '--deployment: a deployment name has at most 20 of a-z',
  ],
  ['zero', ['--state', '/s', '--sweep-seconds', '0'], '--sweep-seconds: must be a number above 0, not 0'],
  ['a word', ['--state', '/s', '--idle-minutes', 'ten'], '--idle-minutes: must be a number above 0, not ten'],
  [
    'half a second',
    ['--state', '/s', '--heartbeat-seconds', '0.5'],
    '--heartbeat-seconds: must be a whole number above 0',
  ],
  [
    'an emulator elsewhere',
    ['--state', '/s', '--pubsub-emulator', '10.0.0.1:80'],
    '--pubsub-emulator: must be an address of this computer',
  ],
  ['an unknown flag', ['--state', '/s', '--unknown'], '--unknown'],
])('%s is refused', (_what, args, message) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(message);
});

test('every mistake is listed', () => {
  expect(() => read('--deployment', 'A', '--idle-minutes', '0')).toThrow(
    '--state: is missing; --deployment: a deployment name has at most 20 of a-z, 0-9 and -, begins with a letter, ends with a letter or a digit, and does not contain goog, not A; --idle-minutes: must be a number above 0, not 0',
  );
});
