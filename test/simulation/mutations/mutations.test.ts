// What a story shows of a mutant it must not show of the code as it is. Seeds need no such control: the two thousand
// histories that must be without a violation are theirs.
import { playHistory } from '../play/history';
import { MUTATIONS } from './all';
import { planOfStory, SEARCHED } from './mutant';

const STORIES = MUTATIONS.flatMap(({ name, shownBy }) =>
  typeof shownBy === 'number' ? [] : [{ name, plan: planOfStory(shownBy) }],
);

test.each(STORIES)('unbroken: $name', async ({ plan }) => {
  expect((await playHistory(plan)).violations).toEqual([]);
});

test('seeds are among those that are played unbroken', () => {
  const seeds = MUTATIONS.map(({ shownBy }) => (typeof shownBy === 'number' ? shownBy : 0));
  expect(Math.max(...seeds) + SEARCHED).toBeLessThanOrEqual(2000);
});
