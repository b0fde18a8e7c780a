// Filter expressions of lists.
import { parseFilter } from '../../../../deploy/local/compute/filter';

const VM = { name: 'vm-1', status: 'RUNNING', count: 2, labels: { run: 'r-1', 'my-label': 'a b' } };

test.each([
  ['', true],
  ['name = vm-1', true],
  ['name=vm-2', false],
  ['name != vm-2', true],
  ['count = 2', true],
  ['labels.run = "r-1"', true],
  ['labels.my-label = "a b"', true],
  ['labels.none = x', false],
  ['labels.none != x', true],
  ['labels.run:*', true],
  ['labels.none:*', false],
  ['name:m-', true],
  ['name eq vm-.', true],
  ['name eq vm', false],
  ['name ne vm', true],
  ['labels.none ne x', true],
  ['name = vm-1 AND status = RUNNING', true],
  ['name = vm-1 AND status = STOPPED', false],
  ['(name = vm-1) (status = RUNNING)', true],
  ['((name = vm-1) AND (status = STOPPED))', false],
  ['labels = x', false],
  ['toString = x', false],
])('%j: %s', (filter, passes) => {
  expect(parseFilter(filter)(VM)).toBe(passes);
});

test.each([
  'name',
  'name =',
  '= vm',
  'name = a OR name = b',
  'NOT name = a',
  'name > a',
  '(name = a',
  'name = a)',
  'name eq (',
  '"name" = a',
  'name eq [',
])('%j is refused, never answered wrongly', (filter) => {
  expect(() => parseFilter(filter)).toThrow('Invalid list filter expression');
});
