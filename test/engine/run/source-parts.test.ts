// Where a VM finds its snapshot.
import { commitRequest, parseWith } from '@mymlops/protocol';
import { runMetadata } from '../../../functions/src/engine/run/metadata';
import { aCommit, anAttempt } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';

const { source } = aCommit();
const settings = fakeGoogle().context.settings;
const accepts = (parts: string[]): boolean =>
  parseWith(commitRequest, JSON.parse(JSON.stringify(aCommit({ source: { ...source, parts } })))).ok;

test.each([
  ['one object, by its tree', undefined, `sources/${source.tree}.bundle`],
  ['several', ['sources/a.bundle', 'sources/b.c.bundle'], 'sources/a.bundle:sources/b.c.bundle'],
])('%s', (_where, parts, expected) => {
  const metadata = runMetadata(aCommit({ source: { ...source, parts } }), 1, anAttempt(), settings);
  expect(metadata['mymlops-source-object']).toBe(expected);
});

test('parts are objects of snapshots, eight at most: a name reaches a shell', () => {
  expect(accepts(Array.from({ length: 8 }, () => 'sources/a1.b2.bundle'))).toBe(true);
  expect(accepts(Array.from({ length: 9 }, () => 'sources/a1.b2.bundle'))).toBe(false);
  for (const name of ['runs/x/attempts/1/claim', 'sources/a b.bundle', 'sources/a:b.bundle', 'sources/*.bundle', ''])
    expect([name, accepts([name])]).toEqual([name, false]);
  expect(accepts([])).toBe(false);
});
