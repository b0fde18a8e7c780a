// The scripts run on whatever image or Mac they find: bash 3.2 and POSIX tools.
import { testWith } from '../parts';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FORBIDDEN } from './forbidden';
import { deployedScripts } from './local-vm';
import { git } from './start-vm';
import { scriptsOf } from './rooms';

const KINDS = ['run', 'image', 'instance'] as const;
const scripts = KINDS.flatMap((kind) => [`${kind}/agent.sh`, `${kind}/shutdown.sh`]);
const DEPLOYED = resolve(deployedScripts('run'), '..');
const QUICKSTART = resolve(__dirname, '../../examples/quickstart/run.sh');

test.each(KINDS)('the built agent.sh of %s is its parts, and fits into a metadata value', (kind) => {
  const texts = [...scriptsOf('common'), ...scriptsOf(kind)];
  const built = readFileSync(join(deployedScripts(kind), 'agent.sh'), 'utf8');
  expect(built).toBe(texts.join('\n')); // fails where a part was changed since `npm run build`
  expect(Buffer.byteLength(built)).toBeLessThan(200_000); // Compute Engine takes 256 KB
});

/** Lines of code: the list is about programs that run, not about messages. */
function codeOf(script: string): string[] {
  return readFileSync(script, 'utf8')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#[ !].*/, ''));
}

function findForbidden(script: string): string[] {
  return codeOf(script).flatMap((line) =>
    FORBIDDEN.filter(([, pattern]) => pattern.test(line)).map(([name]) => `${name}: ${line.trim()}`),
  );
}

/** Only if `command -v` has found it; `-c` and `-m` on Compute Engine only. */
const PYTHON = /: (command -v pip .*|command -v python3 .*|)python3 -[cm] |: said=\$\(python3 -I /;

test.each(scripts)('%s uses nothing that bash 3.2 or a Mac lacks', (script) => {
  expect(findForbidden(join(DEPLOYED, script)).filter((line) => !PYTHON.test(line))).toEqual([]);
});

test("the quickstart's command uses nothing that bash 3.2 or a Mac lacks", () => {
  const runner = /exec python3/; // its last resort, which the README asks for
  expect(findForbidden(QUICKSTART).filter((line) => !runner.test(line))).toEqual([]);
});

test.each(FORBIDDEN)('the list finds %s', (_, pattern, sample) => {
  expect(sample).toMatch(pattern);
});

test.each(scripts)('%s traps its end before anything can fail', (script) => {
  const code = codeOf(join(DEPLOYED, script)).filter((line) => line !== '');
  expect(code[0]).toBe('set -Eeuo pipefail');
  expect(code[1]).toMatch(/^trap .* EXIT/);
});

const testWithShellcheck = testWith('shellcheck', 'apt-get install shellcheck');

/** A part of the agent has more than shutdown.sh uses; in agent.sh shellcheck looks at all of it. */
const UNUSED_PARTS = ['--exclude', 'SC2034,SC2119,SC2120,SC2317,SC2329'];

testWithShellcheck('shellcheck has nothing to say', async () => {
  const calls = [
    [join(DEPLOYED, 'run/agent.sh'), QUICKSTART],
    ['--exclude', 'SC2119,SC2120', join(DEPLOYED, 'image/agent.sh')], // a run alone gives some functions arguments
    ...KINDS.map((kind) => [...UNUSED_PARTS, join(DEPLOYED, kind, 'shutdown.sh')]),
  ];
  for (const words of calls) {
    const { stdout, status } = spawnSync('shellcheck', words, { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  }
});

test('a checkout with Windows line endings leaves scripts as they are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-line-ends-'));
  try {
    git(folder, 'init', '-q', 'from');
    copyFileSync(resolve(__dirname, '../../.gitattributes'), join(folder, 'from/.gitattributes'));
    copyFileSync(QUICKSTART, join(folder, 'from/run.sh'));
    git(join(folder, 'from'), 'add', '-A');
    git(join(folder, 'from'), 'commit', '-qm', 'scripts');
    git(folder, '-c', 'core.autocrlf=true', '-c', 'core.eol=crlf', 'clone', '-q', 'from', 'to');
    expect(readFileSync(join(folder, 'to/run.sh'))).toEqual(readFileSync(QUICKSTART));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
