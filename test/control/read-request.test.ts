// What of a message on the requests topic is a request, and the error for the rest.
import { MAX_REQUEST_BYTES, VERSION_ATTRIBUTE } from '@mymlops/protocol';
import { readMessage } from '../../functions/src/control/message';
import { readRequest } from '../../functions/src/control/read-request';
import { KINDS } from '../../functions/src/control/kinds';
import { aCommit, aMessage, RUN } from '../fakes/builders';

const read = (request: object) => readRequest(readMessage(aMessage(request)), KINDS);
const errorOf = (request: object): string => {
  const parsed = read(request);
  return parsed.ok ? 'none' : parsed.error;
};

test('a request of a user names its kind', () => {
  expect(read(aCommit())).toMatchObject({ ok: true, value: { kind: { name: 'run' }, request: { run: RUN } } });
});

test('a request of our own functions names none', () => {
  const internal = { v: 1, type: 'free-slot', kind: 'run', id: RUN };
  expect(read(internal)).toEqual({ ok: true, value: { internal } });
});

test('no message is an error that says so', () => {
  expect(readRequest(undefined, KINDS)).toEqual({ ok: false, error: 'no message' });
});

test('a type that nobody knows is named, as far as a line of the log has room for it', () => {
  expect(errorOf({ v: 1, type: 'format-disk' })).toBe('type: "format-disk" is not a request');
  const long = errorOf({ v: 1, type: 'x'.repeat(100) });
  expect(long).toBe(`type: "${'x'.repeat(49)} is not a request`);
});

test('a property that every object inherits is not a type', () => {
  expect(errorOf({ v: 1, type: 'constructor' })).toBe('type: "constructor" is not a request');
});

test.each([
  ['a commit', { ...aCommit(), ...Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field-${n}`, n])) }],
  ['an advance', { v: 1, type: 'advance', kind: 'run', id: RUN, ['x'.repeat(1000)]: 1 }],
])('%s with unknown fields is an error of at most 500 characters', (_what, request) => {
  expect(errorOf(request)).toHaveLength(500);
});

/** A commit whose message has so many bytes; its note is not ASCII, so that bytes are not characters. */
function ofBytes(bytes: number): object {
  const noted = (notes: string): object => ({ ...aCommit(), notes });
  const room = bytes - Buffer.byteLength(JSON.stringify(noted('é')));
  return noted(`é${'x'.repeat(room)}`);
}

test('a message of as many bytes as may be is read', () => {
  expect(errorOf(ofBytes(MAX_REQUEST_BYTES))).not.toContain('bytes');
});

test('one byte more is refused by its size, without a look at what is in it', () => {
  expect(errorOf(ofBytes(MAX_REQUEST_BYTES + 1))).toBe('190001 bytes, at most 190000 are taken');
});

describe('a sender of another version', () => {
  const sent = (version: string, request: object = aCommit()) =>
    readRequest(readMessage(aMessage(request, undefined, { [VERSION_ATTRIBUTE]: version })), KINDS, '0.3.0');
  const withMore = { ...aCommit(), colour: 'red' };

  test.each(['0.2.0', '0.3.0', '0.4.0'])('%s is understood', (version) => {
    expect(sent(version)).toMatchObject({ ok: true });
  });

  test('may say more if it is newer: that is left out', () => {
    expect(sent('0.4.0', withMore)).toEqual(sent('0.4.0'));
    expect(sent('0.3.1', withMore)).toEqual(sent('0.4.0'));
  });

  test.each(['0.2.9', '0.3.0'])('%s may not: a field that does not exist is a mistake', (version) => {
    expect(sent(version, withMore)).toMatchObject({ ok: false, error: expect.stringContaining('colour') as string });
  });

  test('is still held to the fields that exist, and to what is inside them', () => {
    expect(sent('0.4.0', { ...withMore, notebook: '/abs' })).toMatchObject({ ok: false });
    expect(sent('0.4.0', { ...aCommit(), source: { ...aCommit().source, colour: 'red' } })).toMatchObject({
      ok: false,
    });
    expect(sent('0.4.0', [])).toMatchObject({ ok: false });
  });

  test.each(['0.1.0', '0.5.0', '1.0.0', 'none'])('%s is not: the error names the client to install', (version) => {
    expect(sent(version)).toEqual({
      ok: false,
      error: `the client has version ${version}, and the functions have 0.3.0. Install the client for them: npm install mymlops-client@0.3`,
    });
  });
});
