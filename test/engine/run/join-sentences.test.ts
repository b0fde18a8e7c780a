// Texts of others become sentences beside ours.
import { sentences } from '../../../functions/src/engine/run/join-sentences';

test.each<[string, (string | undefined)[], string]>([
  ['one', ['The VM was preempted.'], 'The VM was preempted.'],
  ['the last one stays as it is', ['pip: no'], 'pip: no'],
  ['one without its end', ['pip: no', 'Commit again.'], 'pip: no. Commit again.'],
  ['one with it', ['Why?', 'No!', 'Commit again.'], 'Why? No! Commit again.'],
  ['absent and empty ones', ['a', undefined, '', ' ', 'b'], 'a. b'],
  ['none', [], ''],
  ['spaces around them', [' a. ', ' b '], 'a. b'],
])('%s', (_what, texts, expected) => {
  expect(sentences(...texts)).toBe(expected);
});
