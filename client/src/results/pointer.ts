// Results that are too large for git.
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LARGEST_FILE_IN_GIT, POINTER_SUFFIX, pointerText } from '@mymlops/protocol';
import type { ResultFile } from './attempt-results';
import { sha256Of } from './overwrite-check';

/** Replaces a file in `folder` that is too large for git by one that names its object in the bucket. */
export async function pointIfLarge(
  { path, object, size, sha256 }: Pick<ResultFile, 'path' | 'object' | 'size' | 'sha256'>,
  { bucket, folder }: { bucket: string; folder: string },
): Promise<void> {
  const file = join(folder, path);
  if ((await stat(file)).size <= LARGEST_FILE_IN_GIT) return;
  const hash = sha256 ?? (await sha256Of(file));
  await writeFile(`${file}${POINTER_SUFFIX}`, pointerText({ bucket, object, size, sha256: hash }));
  await rm(file);
}
