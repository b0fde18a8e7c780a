// VMs that are off are looked at in turn, those that are on in every sweep.
import { isLookDue, RESTING_MINUTES } from '../../functions/src/engine/resting';

const MINUTE = 60_000;
const VM = { resource: 'vm' as const, id: '1', zone: 'z', labels: {}, terminationAction: 'STOP', status: 'TERMINATED' };
const looksIn = (fields: object, minutes: number): number =>
  Array.from({ length: minutes }, (_, minute) => isLookDue({ ...VM, name: 'a', ...fields }, minute * MINUTE, 1)).filter(
    Boolean,
  ).length;

test('once in each round of minutes', () => {
  for (const name of ['a', 'mymlops-cpu1-abc123-1', 'mymlops-cpu2-abc123-1'])
    expect(looksIn({ name }, 3 * RESTING_MINUTES)).toBe(3);
});

test.each([1, 2, 5, 6])(
  'where the cloud is listed every %d minutes, each has its turn in a round nevertheless',
  (minutes) => {
    for (const name of ['a', 'mymlops-cpu1-abc123-1', 'mymlops-cpu2-abc123-1', 'mymlops-cpu3-abc123-1']) {
      const lists = Array.from({ length: RESTING_MINUTES / minutes }, (_, index) => (index + 7) * minutes * MINUTE);
      expect(lists.filter((nowMs) => isLookDue({ ...VM, name }, nowMs, minutes))).toHaveLength(1);
    }
  },
);

test('a hundred have their turns in different minutes', () => {
  const turns = Array.from({ length: 100 }, (_, index) =>
    Array.from({ length: RESTING_MINUTES }, (_minute, minute) =>
      isLookDue({ ...VM, name: `mymlops-cpu${index}-abc123-1` }, minute * MINUTE, 1),
    ).indexOf(true),
  );
  const fullest = Math.max(...turns.map((turn) => turns.filter((other) => other === turn).length));
  expect(fullest).toBeLessThan(15);
});

test.each<[string, object]>([
  ['is on', { status: 'RUNNING' }],
  ['is going down', { status: 'STOPPING' }],
  ['is deleted at its limit', { terminationAction: 'DELETE' }],
  ['is a disk', { resource: 'disk', status: undefined, terminationAction: undefined }],
])('what %s is looked at every time', (_what, fields) => {
  expect(looksIn(fields, RESTING_MINUTES)).toBe(RESTING_MINUTES);
});
