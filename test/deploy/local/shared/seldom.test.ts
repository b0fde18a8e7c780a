// A trouble that lasts is one line a minute.
import { logSeldom } from '../../../../deploy/local/shared/seldom';
import type { Log } from '../../../../deploy/local/shared/log';

function seldom() {
  const lines: unknown[][] = [];
  let nowMs = 1000;
  const log = logSeldom(
    (...line: Parameters<Log>) => void lines.push(line),
    () => nowMs,
  );
  return { lines, log, wait: (byMs: number) => (nowMs += byMs) };
}

test('on a full disk the same line was logged several times a second', () => {
  const { lines, log, wait } = seldom();
  const fail = (): void => log('ERROR', 'commit not stored', { cause: 'ENOSPC' });
  for (let times = 0; times < 100; times++) fail();
  wait(59_999);
  fail();
  expect(lines).toEqual([['ERROR', 'commit not stored', { cause: 'ENOSPC' }]]);
  wait(1);
  fail();
  expect(lines.at(-1)).toEqual(['ERROR', 'commit not stored', { cause: 'ENOSPC', repeated: 100 }]);
  wait(60_000);
  fail();
  expect(lines.at(-1)).toEqual(['ERROR', 'commit not stored', { cause: 'ENOSPC' }]);
  expect(lines).toHaveLength(3);
});

test('a line that differs in anything is logged, and so is every line of INFO', () => {
  const { lines, log } = seldom();
  log('ERROR', 'not stored', { run: 'a' });
  log('ERROR', 'not stored', { run: 'b' });
  log('WARNING', 'not stored', { run: 'a' });
  log('ERROR', 'not sent', { run: 'a' });
  log('INFO', 'advance', { run: 'a' });
  log('INFO', 'advance', { run: 'a' });
  expect(lines).toHaveLength(6);
});
