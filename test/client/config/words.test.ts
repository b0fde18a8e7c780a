import { parseDuration } from '../../../client/src/config/duration';
import { nearestKey } from '../../../client/src/core/nearest-key';

test.each([
  ['90', 90],
  ['30s', 30],
  ['2h', 7200],
  ['1d', 86400],
  ['', null],
  ['1.5h', null],
  ['-1', null],
  ['2 h', null],
])('duration %j', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test('the nearest key is near', () => {
  expect(nearestKey('comand', ['commit', 'command', 'setup'])).toBe('command');
  expect(nearestKey('ulr', ['url', 'branch'])).toBe('url');
  expect(nearestKey('lru', ['url', 'branch'])).toBeUndefined();
  expect(nearestKey('zebra', ['commit', 'command', 'setup'])).toBeUndefined();
});
