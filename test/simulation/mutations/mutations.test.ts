// What a story shows of a mutant it must not show of the code as it is. Seeds need no such control: the two thousand
// histories that must be without a violation are theirs.
import { playBefore } from '../play/play-before';
import { MUTATIONS } from './all';
import { planOfStory, SEARCHED } from './mutant';

const STORIES = MUTATIONS.flatMap(({ name, shownBy }) =>
  typeof shownBy === 'number' || 'instances' in shownBy ? [] : [{ name, plan: planOfStory(shownBy) }],
);
const violationsIn = playBefore(STORIES.map(({ plan }) => plan));

test.each(STORIES)('unbroken: $name', ({ plan }) => {
  expect(violationsIn(plan)).toEqual([]);
});

test('seeds are among those that are played unbroken', () => {
  const seeds = MUTATIONS.map(({ shownBy }) => (typeof shownBy === 'number' ? shownBy : 0));
  expect(Math.max(...seeds) + SEARCHED).toBeLessThanOrEqual(2000);
  const ofInstances = MUTATIONS.map(({ shownBy }) =>
    typeof shownBy === 'object' && 'instances' in shownBy ? shownBy.instances : 0,
  );
  expect(Math.max(...ofInstances) + SEARCHED).toBeLessThanOrEqual(400);
});
