// Secrets and variables in a commit: names only, and each name once.
import { commitRequest, parseWith } from '@mymlops/protocol';
import { aCommit } from '../../fakes/builders';

test.each<[object, boolean]>([
  [{ secrets: ['API_KEY'], setupSecrets: ['API_KEY', 'TOKEN'], env: { LEVEL: '3' } }, true],
  [{ secrets: [] }, false],
  [{ secrets: ['a:b'] }, false],
  [{ secrets: ['MYMLOPS_RUN'] }, false],
  [{ env: { 'A B': 'x' } }, false],
  [{ env: { A: 3 } }, false],
  [{ secrets: ['A'], env: { A: 'x' } }, false],
  [{ setupSecrets: ['A'], env: { A: 'x' } }, false],
  [{ secrets: Array.from({ length: 51 }, (_, index) => `A${index}`) }, false],
])('%j is taken: %s', (fields, isTaken) => {
  expect(parseWith(commitRequest, { ...aCommit(), ...fields }).ok).toBe(isTaken);
});

test('a name that is a variable and a secret was not named', () => {
  const parsed = parseWith(commitRequest, { ...aCommit(), setupSecrets: ['B', 'A'], env: { A: 'x', C: 'y' } });
  expect(JSON.stringify(parsed)).toContain('env: has A, which is also a secret');
});
