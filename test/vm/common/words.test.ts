// The words by which the agent's processes wake each other, where a wait ends in the middle of one.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TOOLS = resolve(__dirname, '../../../functions/vm/common/10-tools.sh');

/** The word is written in two pieces: the second one once the wait for the first has ended. */
const TORN = `
set -Eeuo pipefail
. "$1"
cd "$2"
mkfifo words
exec 4<>words
read() {
  local status=0
  builtin read "$@" || status=$?
  : >waited
  return "$status"
}
{ printf s >&4; until [ -e waited ]; do :; done; printf 'top\\n' >&4; } &
read_word 4 1
printf '%s' "$REPLY"
wait`;

test('a word whose end comes after the time of the wait is one word: a loop that never saw stop held its run for ever', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-words-'));
  try {
    expect(execFileSync('bash', ['-c', TORN, 'bash', TOOLS, folder], { encoding: 'utf8' })).toBe('stop');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a wait without a word ends with none', () => {
  const script = '. "$1"; exec 4<>/dev/null; read_word 4 1; printf "%s" "[$REPLY]"';
  expect(execFileSync('bash', ['-c', script, 'bash', TOOLS], { encoding: 'utf8' })).toBe('[]');
});
