// docs/glossary.md: each word once, in a line of its own, and the words that stay are all there.
import { allPages, proseOf, readPage } from './pages';

const WORDS =
  'run, attempt, VM, VM record, period, kind, advance, fence, claim, outcome, sweep, orphan, probe, slot, ' +
  'results bucket, live bucket, deployment settings, snapshot, settled';

test('has each word once', () => {
  const words = Array.from(readPage('docs/glossary.md').text.matchAll(/^\| \*\*(.+?)\*\* \|/gm), ([, word]) => word);
  expect(words).toEqual(WORDS.split(', '));
});

/** Words of this project that others have taken the place of. Not in code, where a name may still be an old one. */
const OLD_WORDS = /this machine|\b(canar(y|ies)|suspects?|verdicts?|ledger|guarded|sealed|ripe|heirs?)\b/gi;

test.each(allPages())('$path: no old word', ({ text }) => {
  expect(
    proseOf(text)
      .replaceAll(/`[^`\n]+`/g, '')
      .match(OLD_WORDS),
  ).toBeNull();
});
