// Each wall between the rooms of deploy/local is broken once, and lint complains.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../../..');
const STAND_INS = ['firestore', 'pubsub', 'compute', 'storage', 'metadata', 'emulators'];

/** File below deploy/local, what it imports. */
type Import = readonly [file: string, from: string];

const FORBIDDEN: Import[] = [
  ...STAND_INS.map((room): Import => [`${room}/other.ts`, room === 'pubsub' ? '../compute' : '../pubsub']),
  ...STAND_INS.map((room): Import => [`${room}/cloud.ts`, '../cloud']),
  ['compute/deep.ts', '../metadata/tree'],
  ['emulators/main.ts', '../main'],
  ['storage/process.ts', '../process/settings'],
  ['shared/state.ts', '../state/journal'],
  ['shared/stand-in.ts', '../pubsub/state'],
  ['state/process.ts', '../process/settings'],
  ['state/stand-in.ts', '../compute'],
  ['functions/state.ts', '../state/state-folder'],
  ['functions/stand-in.ts', '../storage'],
  ['process/stand-in.ts', '../compute/destroy'],
  ['process/cloud.ts', '../cloud'],
  ['mymlops.ts', '../../functions/src/config'],
  ['compute/functions.ts', '../../../functions/src/config'],
  ['process/client.ts', '../../../client/src/main'],
  ['shared/circle.ts', './back'],
];

const ALLOWED: Import[] = [
  ...STAND_INS.flatMap((room): Import[] => [
    [`${room}/allowed.ts`, '../shared/http'],
    [`${room}/allowed-too.ts`, '../state/journal'],
  ]),
  ['state/allowed.ts', '../shared/log'],
  ['functions/allowed.ts', '../shared/clock'],
  ['process/allowed.ts', '../state/lock'],
  ['services.ts', './pubsub'],
];

async function complaintsAbout(imports: readonly Import[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'walls-'));
  const write = (file: string, text: string): void => {
    const path = join(folder, 'deploy/local', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  try {
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [file, from] of imports) write(file, `import type { A } from '${from}';\nexport type B = A;\n`);
    write('shared/back.ts', "import type { B } from './circle';\nexport type A = B;\n"); // a circle with shared/circle.ts
    const program = join(ROOT, 'node_modules/oxlint/bin/oxlint');
    const lint = promisify(execFile)(process.execPath, [program, '--format', 'unix'], { cwd: folder });
    const { stdout } = await lint.catch((error: { stdout: string }) => error);
    const complaints = stdout.split('\n').flatMap((line) => {
      const [, file, rule] = /^deploy\/local\/(.+?):.*\((no-restricted-imports|no-cycle)\)\]$/.exec(line) ?? [];
      return file === undefined ? [] : [`${file} ${rule}`];
    });
    return [...new Set(complaints)].toSorted(); // two walls may complain of the same import
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('what no room may import is refused, a circle of types as well', async () => {
  const ruleFor = (file: string): string => (file === 'shared/circle.ts' ? 'no-cycle' : 'no-restricted-imports');
  const expected = FORBIDDEN.map(([file]) => `${file} ${ruleFor(file)}`);
  expect(await complaintsAbout(FORBIDDEN)).toEqual([...expected, 'shared/back.ts no-cycle'].toSorted());
});

test('shared/ and state/ are open to the stand-ins', async () => {
  expect(await complaintsAbout(ALLOWED)).toEqual([]);
});
