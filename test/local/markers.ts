// Where a secret text is found: as it is, or within base64.
import { spawnSync } from 'node:child_process';

/** The text itself, and what base64 makes of it wherever it stands in a longer text. */
export function formsOf(text: string): string[] {
  const encoded = [0, 1, 2].map((offset) => {
    const padded = Buffer.from(`${'x'.repeat(offset)}${text}`).toString('base64');
    return padded.slice(offset === 0 ? 0 : 4, Math.floor((offset + text.length) / 3) * 4);
  });
  return [text, ...encoded];
}

/** Files below `folders` that hold one of the texts, but for those in `store`. The texts are in no argument of a process. */
export function filesWith(texts: readonly string[], folders: readonly string[], store: string): string[] {
  const { status, stdout, stderr } = spawnSync('grep', ['-rlaF', '-f', '-', ...folders], {
    encoding: 'utf8',
    input: texts.join('\n'),
  });
  if (status === null || status > 1) throw new Error(`grep ended with ${status}: ${stderr}`);
  return stdout.split('\n').filter((file) => file !== '' && !file.startsWith(`${store}/`));
}
