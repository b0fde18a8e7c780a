// The built client at the ends of pipes and in odd shells: no stack, the right exit code.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useTempFolders } from '../client/temp-folder';
import { testIsolated, testOn } from '../parts';

const tempFolder = useTempFolders();
const CLIENT = join(__dirname, '../../client/bin/mymlops-client.cjs');

/** A folder that holds the client as one word, wherever this checkout lies. */
function clientOnPath(): string {
  const folder = tempFolder();
  const script = `#!/bin/sh\nexec '${process.execPath}' '${CLIENT}' "$@"\n`;
  writeFileSync(join(folder, 'the-client'), script, { mode: 0o755 });
  return folder;
}

/** A line of bash in which $C is the client; it runs in an empty folder. */
function inShell(line: string): { code: number | null; stdout: string; stderr: string } {
  const folder = tempFolder();
  const env = {
    PATH: `${clientOnPath()}:${process.env['PATH']}`,
    HOME: folder,
    MYMLOPS_HOME: join(folder, 'state'),
    C: 'the-client',
  };
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', line], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, stdout, stderr };
}

test.each([
  ['$C --help <&-', 0],
  ['$C --help >&-', 0],
  ['$C --help 2>&-', 0],
  ['$C commit none.ipynb <&- >&- 2>&-', 1],
  ['$C comit 2>&-', 2],
  ['$C --help | head -1', 0],
  ['$C commit --help 2>&1 | true', 0],
  ['TERM=dumb COLUMNS=20 NO_COLOR=1 LC_ALL=xx_YY.ISO-8859-1 $C local status', 0],
  ['env -u HOME $C local status', 0],
  ['$C commit none.ipynb', 1],
  ['mkdir gone && cd gone && rmdir ../gone && $C ps', 1],
])('%s', (line, code) => {
  const ended = inShell(line);
  expect({ code: ended.code, stack: /\n {4}at |defect/.test(ended.stderr) }).toEqual({ code, stack: false });
});

const testWithFullDevice = testOn('linux'); // which has /dev/full

testWithFullDevice('a disk that is full is reported, and is not a success', () => {
  const { code, stderr } = inShell('$C --help >/dev/full');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Cannot write to stdout: ENOSPC.*\n$/),
  });
});

testIsolated('a full disk under the local cloud was called an answer that did not come', () => {
  const desk = 'mkdir state && mount -t tmpfs -o size=2m tmpfs state && chmod 700 state && $C init . >&2';
  const full = 'cat /dev/zero >state/fill 2>/dev/null';
  const { code, stdout, stderr } = inShell(
    `unshare -rm bash -c '${desk} && { ${full}; $C commit notebooks/hello.ipynb; }'`,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/\nThe disk of the state folder \S+ is full\. Free some space.*\n$/);
});
