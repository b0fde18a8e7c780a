// The agent's git by itself: what it tells of a failure, and what of the VM it obeys.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GIT_ANSWERS } from '../../git-answers';

const PARTS = resolve(__dirname, '../../../functions/vm');
const BASH = process.env['MYMLOPS_TEST_BASH'] ?? '/bin/bash';
const folder = mkdtempSync(join(tmpdir(), 'mymlops-git-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs bash with the agent's parts on git. `private` is a folder with what there is in it. */
function withAgent(script: string, env: Record<string, string> = {}): string {
  const names = [
    'common/48-git.sh',
    'common/49-git-failure.sh',
    'run/80-git.sh',
    'run/81-git-failure.sh',
    'run/84-staging.sh',
  ];
  const parts = names.map((name) => `. '${join(PARTS, name)}'`);
  const given = `set -Eeuo pipefail; private='${folder}' work='${folder}' on_gce=false`;
  return execFileSync(BASH, ['--norc', '-c', [given, ...parts, script].join('\n')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env },
  });
}

test('the cause of each failure, and whether another try is made', () => {
  const answers = join(folder, 'answers');
  mkdirSync(answers);
  const names = Object.keys(GIT_ANSWERS);
  names.forEach((name, index) =>
    writeFileSync(join(answers, String(index)), `${GIT_ANSWERS[name]?.stderr.join('\n')}\n`),
  );
  const told = withAgent(`
    for ((index = 0; index < ${names.length}; index++)); do
      cp "$private/answers/$index" "$private/git-error"
      git_error_line
      kind=passing
      if is_race; then kind=race; elif is_refusal; then kind=refusal; fi
      printf '%s\\t%s\\n' "$kind" "$REPLY"
    done`)
    .trimEnd()
    .split('\n');
  const heard = names.map((name, index) => [name, ...(told[index]?.split('\t') ?? [])]);
  expect(heard).toEqual(names.map((name) => [name, GIT_ANSWERS[name]?.kind, GIT_ANSWERS[name]?.cause]));
});

test('no variable of the VM that is meant for git reaches it', () => {
  const env = {
    GIT_DIR: '/nowhere',
    GIT_INDEX_FILE: '/nowhere/index',
    GIT_OBJECT_DIRECTORY: '/nowhere/objects',
    GIT_TRACE: '1',
    GIT_DEFAULT_HASH: 'sha256',
    GIT_DEFAULT_REF_FORMAT: 'reftable',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.bare',
    GIT_CONFIG_VALUE_0: 'no',
    GIT_CONFIG_PARAMETERS: "'core.abbrev'='9'",
  };
  const script = `new_output_git sha1 && output_git rev-parse --show-object-format --is-bare-repository --git-dir`;
  expect(withAgent(script, env)).toBe(`sha1\ntrue\n${folder}/output.git\n`);
  expect(readFileSync(join(folder, 'git-error'), 'utf8')).toBe('');
});

test('a git that does not know of hashes makes a repository nevertheless', () => {
  const tools = join(folder, 'old');
  mkdirSync(tools);
  const old = `#!/bin/bash\nPATH=\${PATH#*:}\ncase "$*" in *--object-format*) echo "error: unknown option" >&2; exit 129 ;; esac\nexec git "$@"\n`;
  writeFileSync(join(tools, 'git'), old, { mode: 0o755 });
  const script = `new_output_git sha1 && output_git rev-parse --is-bare-repository; new_output_git sha256 || cat "$private/git-error"`;
  expect(withAgent(script, { PATH: `${tools}:${process.env['PATH']}` })).toBe('true\nerror: unknown option\n');
});
