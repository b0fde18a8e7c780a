// outcome.json: its texts are base64, and all that is not as it should be is refused.
import { isVoidOutcome, outcome, parseJson, parseWith, VOID_OUTCOME } from '@mymlops/protocol';

const in64 = (text: string): string => Buffer.from(text).toString('base64');

const FILE = { path64: in64('artifacts/ü.bin'), size: 3, sha256: 'a'.repeat(64), generation: '1732183200000001' };
const WRITTEN = {
  v: 1,
  attempt: 1,
  boot: 'boot-0001',
  startedAt: '2026-11-21T10:00:00Z',
  finishedAt: '2026-11-21T10:05:00.123Z',
  savedAt: '2026-11-21T10:05:01Z',
  command: { exit: 1, timedOut: false, lastLine64: in64('No such kernel') },
  manifest: [FILE],
  missing: [{ path64: in64('a\nb'), message64: in64('HTTP 500') }],
};

test('texts are decoded', () => {
  const parsed = parseWith(outcome, { ...WRITTEN, failure: { reason: 'setup-failed', message64: in64('exit 3') } });
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      command: { exit: 1, timedOut: false, lastLine: 'No such kernel' },
      failure: { reason: 'setup-failed', message: 'exit 3' },
      manifest: [{ path: 'artifacts/ü.bin', size: 3, sha256: FILE.sha256, generation: FILE.generation }],
      missing: [{ path: 'a\nb', message: 'HTTP 500' }],
    },
  });
});

test('an older agent writes no last line and no time of saving', () => {
  const { savedAt: _, ...older } = { ...WRITTEN, command: { exit: 0, timedOut: false } };
  expect(parseWith(outcome, older)).toMatchObject({ ok: true, value: { command: { exit: 0, lastLine: '' } } });
});

test('a command that never began has none', () => {
  const { command: _, ...without } = WRITTEN;
  expect(parseWith(outcome, without)).toMatchObject({ ok: true });
});

test.each<[string, object, string]>([
  ['a hash that is too short', { manifest: [{ ...FILE, sha256: 'a' }] }, 'manifest.0.sha256'],
  ['a size below zero', { manifest: [{ ...FILE, size: -1 }] }, 'manifest.0.size'],
  ['a generation that is not a number', { manifest: [{ ...FILE, generation: 'x' }] }, 'manifest.0.generation'],
  ['a path that is not base64', { manifest: [{ ...FILE, path64: '&' }] }, 'manifest.0.path64'],
  ['a reason that nobody knows', { failure: { reason: 'bad luck', message64: '' } }, 'failure.reason'],
  ['an attempt 0', { attempt: 0 }, 'attempt'],
  ['a field that nobody knows', { more: 1 }, 'more'],
])('is refused: %s', (_what, fields, error) => {
  const parsed = parseWith(outcome, { ...WRITTEN, ...fields });
  expect(parsed.ok ? '' : parsed.error).toContain(error);
});

test('a void one is recognized by its text, and is not an outcome', () => {
  expect([isVoidOutcome(VOID_OUTCOME), isVoidOutcome(JSON.stringify(WRITTEN))]).toEqual([true, false]);
  expect(parseJson(outcome, VOID_OUTCOME).ok).toBe(false);
});
