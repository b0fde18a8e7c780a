// Missing results in a message: five names at most, and never more than it has room for.
import { namesOfMissing } from '../../../functions/src/engine/run/missing-files-message';

const file = (path: string, message = 'HTTP 400') => ({ path, message });

test('none', () => expect(namesOfMissing([])).toBeUndefined());

test('each with its cause', () =>
  expect(namesOfMissing([file('a'), file('b', 'gone')])).toEqual({ text: 'a (HTTP 400), b (gone)', named: 2 }));

test('five of many', () =>
  expect(namesOfMissing(['a', 'b', 'c', 'd', 'e', 'f'].map((path) => file(path, 'x')))).toEqual({
    text: 'a (x), b (x), c (x), d (x), e (x)',
    named: 5,
  }));

test('as many as there is room for, whole; the first one is cut where even that is too long', () => {
  expect(namesOfMissing(['a', 'b', 'c'].map((letter) => file(letter.repeat(200), 'x')))).toEqual({
    text: `${'a'.repeat(200)} (x), ${'b'.repeat(200)} (x)`,
    named: 2,
  });
  expect(namesOfMissing([file('a'.repeat(600)), file('b')])?.text).toBe('a'.repeat(450));
});

test('control characters do not come through', () =>
  expect(namesOfMissing([file('a\nb\u001b[31m')])?.text).toBe('a b (HTTP 400)'));
