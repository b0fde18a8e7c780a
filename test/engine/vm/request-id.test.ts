// The id of a repeated call: the same parts give the same UUID, for ever, or a repeat would be another call.
import { requestIdOf } from '../../../functions/src/engine/vm/request-id';

test.each<[parts: (string | number)[], id: string]>([
  [['insert', 'run', 1], '613bf223-6ccd-598e-8c62-f112d5d641fa'],
  [['insert', 'run', '1'], '613bf223-6ccd-598e-8c62-f112d5d641fa'],
  [['insert', 'run', 2], '0599068b-eb6c-550a-8f43-f4e95fe36d07'],
  [['start', 'run', 1, 2], 'da96bcef-452a-58db-8dd1-f0bb97491a52'],
  [['stop', 'vm-1'], 'baee6650-c1e6-5f83-85a1-f9e1e31e1097'],
  [['delete', 'vm-1'], 'fbf9f6a0-5852-5047-887c-c0c8b36bcad7'],
  [[], '2cdf3c4a-8261-5a80-9914-d19c9943e81c'],
])('of %j: %s', (parts, id) => {
  expect(requestIdOf(...parts)).toBe(id);
});

test('each is a UUID of version 5 of the usual variant', () => {
  for (let number = 0; number < 100; number++) {
    expect(requestIdOf('vm', number)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});
