import { gitFailureLine, isOtherHash, isRace } from '../../../client/src/git/git-failure';
import { GIT_ANSWERS } from '../../git-answers';

test.each(Object.entries(GIT_ANSWERS))('%s', (_name, { stderr, cause, kind }) => {
  const line = gitFailureLine(stderr.join('\n'));
  expect({ line, isRace: isRace(line) }).toEqual({ line: printed(cause), isRace: kind === 'race' });
});

/** Spaces in a row are one. */
const printed = (text: string): string => text.replace(/ +/g, ' ');

test('a repository of another hash is known by its answers', () => {
  const names = Object.keys(GIT_ANSWERS).filter((name) => isOtherHash(GIT_ANSWERS[name]?.cause ?? ''));
  expect(names).toEqual(Object.keys(GIT_ANSWERS).filter((name) => name.startsWith('a repository of another hash')));
});

test('control characters of the other side are not shown', () => {
  expect(gitFailureLine('fatal: \u001b]0;title\u0007bad \u001b[31mred')).toBe('fatal: bad red');
});
