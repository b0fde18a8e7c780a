// The notebook's path behind a command: does the last program get it? bash itself answers for each.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathTakenBy } from '../../../client/src/config/command-end';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

/** Whether `./run.sh` is called with the notebook's path at its end, as the agent calls it. */
function arrives(command: string): boolean {
  const folder = tempFolder();
  writeFiles(folder, {
    'run.sh': '#!/bin/bash\nprintf "%s\\n" "${@: -1}" >>called\n',
    'n.ipynb': 'notebook',
    called: '',
  });
  chmodSync(join(folder, 'run.sh'), 0o755);
  spawnSync('bash', ['-c', `${command.trimEnd()} "$1"`, 'bash', 'n.ipynb'], { cwd: folder });
  return readFileSync(join(folder, 'called'), 'utf8').split('\n').includes('n.ipynb');
}

test.each([
  './run.sh',
  './run.sh\n',
  '# first\n./run.sh',
  'cd . && ./run.sh -x',
  'echo a; ./run.sh',
  'echo a &\n./run.sh',
  'echo a | ./run.sh',
  './run.sh > log 2>&1',
  './run.sh < /dev/null',
  './run.sh 2>&-',
  './run.sh <<< "a # b"',
  './run.sh a#b',
  './run.sh \\#a',
  "./run.sh '# a'",
  './run.sh "# a"',
  "./run.sh $'it\\'s # a'",
  './run.sh $# ${#HOME}',
  './run.sh "$(echo ")" "# a")"',
  './run.sh $(echo a # b\n)',
  './run.sh `echo "# a"`',
  './run.sh $((1 << 2)) ${HOME:-"}"}',
  'cat <<E > /dev/null\n# $(\nE\n./run.sh',
  "cat <<-'E F' > /dev/null\n\tE F\n./run.sh",
  'f() { ./run.sh "$@"; }; f',
  'if true; then echo; fi; ./run.sh',
  './run.sh done',
  './run.sh }',
  'A=1 ./run.sh',
  'time ./run.sh',
  './run.sh \\\n  -x',
])('it arrives: %j', (command) => {
  expect([pathTakenBy(command), arrives(command)]).toEqual([undefined, true]);
});

test.each([
  ['./run.sh # fast', 'a comment'],
  ['./run.sh #', 'a comment'],
  ['./run.sh\n# fast\n', 'a comment'],
  ['./run.sh;# fast', 'a comment'],
  ['./run.sh "$(date "+# %Y")" # fast', 'a comment'],
  ['./run.sh ;', '`;`'],
  ['./run.sh &', '`&`'],
  ['./run.sh &&', '`&&`'],
  ['./run.sh ||', '`||`'],
  ['./run.sh |', '`|`'],
  ['./run.sh >', '`>`'],
  ['./run.sh 2>&', '`>&`'],
  ['(./run.sh)', '`)`'],
  ['{ ./run.sh; }', '`}`'],
  ['if true; then ./run.sh; fi', '`fi`'],
  ['for a in b; do\n./run.sh\ndone', '`done`'],
  ['case a in a) ./run.sh;; esac', '`esac`'],
  ['./run.sh <<E\na\nE', 'a here-document'],
  ['./run.sh <<E\na', 'a here-document'],
  ['./run.sh <<', '`<<`'],
  ['./run.sh "a', 'a quote, a bracket or a backslash that nothing closes'],
  ['./run.sh $(a', 'a quote, a bracket or a backslash that nothing closes'],
  ['./run.sh \\', 'a quote, a bracket or a backslash that nothing closes'],
])('%j ends in %s', (command, what) => {
  expect([pathTakenBy(command), arrives(command)]).toEqual([what, false]);
});
