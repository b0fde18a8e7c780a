import { showJson } from '../../../client/src/view/show-json';
import { testContext } from '../context';

test('JSON holds nothing that a terminal obeys, and means the same', () => {
  const value = { notes: 'c1 \u009b31m, bidi \u202e, del \u007f, ü 😀' };
  const context = testContext();
  showJson(context, value);
  expect(context.printed()).toMatch(/^[\n -~ü😀]+$/u);
  expect(JSON.parse(context.printed())).toEqual(value);
});
