// docs/glossary.md: each word once, in a line of its own, and the words that stay are all there.
import { readPage } from './pages';

const WORDS =
  'run, attempt, VM, VM record, period, kind, advance, fence, claim, outcome, sweep, orphan, probe, slot, snapshot, settled';

test('has each word once', () => {
  const words = Array.from(readPage('docs/glossary.md').text.matchAll(/^\| \*\*(.+?)\*\* \|/gm), ([, word]) => word);
  expect(words).toEqual(WORDS.split(', '));
});
