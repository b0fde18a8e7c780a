// What lint says of imports: files that hold one import each, in a folder of their own, under the rules of this repository.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..');

/** A file of the repository, what it imports from there, and whether that is only a type. */
export interface Import {
  file: string;
  from: string;
  isValue?: boolean;
}

const COMPLAINT = /^(.+?):\d+:\d+: .*\((no-restricted-imports|no-cycle)\)\]$/;

/** Each as `file rule`, once, in their order. */
export async function complaintsAbout(imports: readonly Import[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'walls-'));
  try {
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const { file, from, isValue = false } of imports) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      const text = isValue
        ? `import { a } from '${from}';\nexport const b = a;\n`
        : `import type { A } from '${from}';\nexport type B = A;\n`;
      writeFileSync(path, text);
    }
    const program = join(ROOT, 'node_modules/oxlint/bin/oxlint');
    const lint = promisify(execFile)(process.execPath, [program, '--format', 'unix'], { cwd: folder });
    const { stdout } = await lint.catch((error: { stdout: string }) => error);
    const complaints = stdout.split('\n').flatMap((line) => {
      const [, file, rule] = COMPLAINT.exec(line) ?? [];
      return file === undefined ? [] : [`${file} ${rule}`];
    });
    return [...new Set(complaints)].toSorted();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
