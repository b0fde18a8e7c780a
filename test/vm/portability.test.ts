// The scripts run on whatever image or Mac they find: bash 3.2 and POSIX tools.
import { testWith } from '../parts';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SCRIPTS } from './machine';

const FORBIDDEN: [name: string, pattern: RegExp][] = [
  ['associative arrays (bash 4)', /\b(declare|local|typeset)\s+-[a-z]*A/],
  ['namerefs (bash 4.3)', /\b(declare|local|typeset)\s+-[a-z]*n\b/],
  ['mapfile (bash 4)', /\b(mapfile|readarray)\b/],
  ['case conversion (bash 4)', /\$\{[A-Za-z_][A-Za-z0-9_]*(,,?|\^\^?)\}/],
  ['&>> and |& (bash 4)', /&>>|\|&/],
  ['BASHPID (bash 4)', /\bBASHPID\b/],
  ['wait -n (bash 4.3)', /\bwait -n\b/],
  ['negative substring length (bash 4.2)', /\$\{[A-Za-z_]+:[^}:]*:\s*-\d/],
  ['[[ -v (bash 4.2)', /\[\[? -v /],
  ['fractional or zero read -t (bash 4)', /read [^|;]*-t ['"]?0/],
  ['jq, python, gcloud, perl, node', /(^|[|;&(]\s*|\s)(jq|python3?|gcloud|gsutil|perl|node)\s+[^#]/],
  ['grep -P', /\bgrep -[a-zA-Z]*P/],
  ['sed -i and sed -r', /\bsed -[a-zA-Z]*[ir]\b/],
  ['date -d', /\bdate\b[^|;]* -d\b/],
  ['readlink -f', /\breadlink -f/],
  ['stat', /(^|\s)stat -/],
  ['find -printf', /-printf\b/],
  ['base64 -w', /base64 -w/],
  ['timeout and setsid', /(^|\s)(timeout|setsid) [-$0-9]/],
  ['tracing', /\bset -[a-z]*x/],
];

const scripts = ['agent.sh', 'shutdown.sh'];

test('the built agent.sh is its parts, and fits into a metadata value', () => {
  const parts = resolve(__dirname, '../../functions/vm/agent');
  const texts = readdirSync(parts)
    .toSorted()
    .map((name) => readFileSync(join(parts, name), 'utf8'));
  const built = readFileSync(join(SCRIPTS, 'agent.sh'), 'utf8');
  expect(built).toBe(texts.join('\n')); // fails where a part was changed since `npm run build`
  expect(Buffer.byteLength(built)).toBeLessThan(200_000); // Compute Engine takes 256 KB
});

/** Lines of code: the list is about what runs, not about what is said. */
function codeOf(script: string): string[] {
  return readFileSync(join(SCRIPTS, script), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line));
}

test.each(scripts)('%s uses nothing that bash 3.2 or a Mac lacks', (script) => {
  const found = codeOf(script).flatMap((line) =>
    FORBIDDEN.filter(([, pattern]) => pattern.test(line)).map(([name]) => `${name}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test('the list finds what it is meant to find', () => {
  const samples = ['local -A x', '${x,,}', 'read -t 0.5 x', 'x | jq .a', 'date -u -d @1', 'set -eux', 'wait -n'];
  for (const sample of samples) expect(FORBIDDEN.filter(([, pattern]) => pattern.test(sample))).not.toEqual([]);
});

test.each(scripts)('%s traps its end before anything can fail', (script) => {
  const code = codeOf(script).filter((line) => line !== '');
  expect(code[0]).toBe('set -Eeuo pipefail');
  expect(code[1]).toMatch(/^trap .* EXIT/);
});

const testWithShellcheck = testWith('shellcheck', 'apt-get install shellcheck');

testWithShellcheck('shellcheck has nothing to say', async () => {
  const files = scripts.map((script) => join(SCRIPTS, script));
  const { stdout, status } = spawnSync('shellcheck', files, { encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});
