import { execFileSync } from 'node:child_process';
import { isBranchName } from '@mymlops/protocol';

const NAMES = [
  ...['main', 'feature/x', 'ünï', 'a.b', 'x.locks', 'HEAD2', "it's", 'a"b', '日本', '#1', 'a@b', '{a}'],
  ...['', '-x', 'a b', 'x..y', '.a', 'a/.b', 'a.', 'a.lock', 'a.lock/b', '/a', 'a/', 'a//b', 'a~', 'a^', 'a:b', 'a?'],
  ...['a*', 'a[', 'a\\b', 'a@{b', '@', 'a\tb', 'a\u007f'],
];

/** `--branch` alone refuses a dash at the beginning; names of other branches (`@{-1}`) it resolves. */
function gitAllows(name: string): boolean {
  try {
    const shown = execFileSync('git', ['check-ref-format', '--branch', name], { encoding: 'utf8', stdio: 'pipe' });
    return shown === `${name}\n`;
  } catch {
    return false;
  }
}

test.each(NAMES)('%j is a branch where git says so', (name) => {
  expect(isBranchName(name)).toBe(gitAllows(name));
});
