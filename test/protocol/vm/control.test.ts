// The order to the VM, as lines that a shell script can read.
import { formatControl } from '@mymlops/protocol';

test.each([
  [{ result: 'succeeded' }, 'result=succeeded\n'],
  [{ result: undefined }, ''],
  [{}, ''],
])('%j', (control, text) => {
  expect(formatControl(control)).toBe(text);
});
