// Preconditions: the given one, the existing object, the unmet one.
import { conditionsOf, requireConditions, unmetCondition } from '../../../../deploy/local/storage/conditions';

const OBJECT = { generation: '5', metageneration: '2' };

test.each([
  ['', OBJECT, null],
  ['ifGenerationMatch=5', OBJECT, null],
  ['ifGenerationMatch=05', OBJECT, null],
  ['ifGenerationMatch=4', OBJECT, 'ifGenerationMatch'],
  ['ifGenerationMatch=0', OBJECT, 'ifGenerationMatch'],
  ['ifGenerationMatch=0', undefined, null],
  ['ifGenerationMatch=5', undefined, 'ifGenerationMatch'],
  ['ifGenerationNotMatch=5', OBJECT, 'ifGenerationNotMatch'],
  ['ifGenerationNotMatch=4', OBJECT, null],
  ['ifGenerationNotMatch=0', undefined, 'ifGenerationNotMatch'],
  ['ifMetagenerationMatch=2', OBJECT, null],
  ['ifMetagenerationMatch=1', OBJECT, 'ifMetagenerationMatch'],
  ['ifMetagenerationMatch=1', undefined, 'ifMetagenerationMatch'],
  ['ifMetagenerationNotMatch=2', OBJECT, 'ifMetagenerationNotMatch'],
  ['ifMetagenerationNotMatch=1', OBJECT, null],
  ['ifMetagenerationNotMatch=0', undefined, 'ifMetagenerationNotMatch'],
  ['ifGenerationMatch=5&ifMetagenerationMatch=1', OBJECT, 'ifMetagenerationMatch'],
])('%j with %j: %s', (query, current, unmet) => {
  const conditions = conditionsOf(new URLSearchParams(query));
  expect(unmetCondition(conditions, current)).toBe(unmet);
  const require = (): void => requireConditions(conditions, current);
  if (unmet === null) expect(require).not.toThrow();
  else expect(require).toThrow(`did not hold: ${unmet}`);
});

test.each(['', '-1', '1.5', 'x', '1'.repeat(20)])('%j is not a generation', (value) => {
  expect(() => conditionsOf(new URLSearchParams({ ifGenerationMatch: value }))).toThrow('is not a number');
});
