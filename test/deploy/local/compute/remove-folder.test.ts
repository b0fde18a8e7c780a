// Folders that a VM made read-only go with its disk.
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../../../../deploy/local/compute/remove-folder';

const NOBODY = 65534;

/** root may remove anything: what a user meets is seen as a user. */
async function asUser(owned: readonly string[], work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  for (const path of owned) chownSync(path, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('a folder with read-only folders in it is removed nevertheless', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-folder-'));
  const [outer, inner, file] = [join(folder, 'mod'), join(folder, 'mod/a'), join(folder, 'mod/a/b')];
  mkdirSync(inner, { recursive: true });
  writeFileSync(file, '');
  chmodSync(inner, 0o500);
  chmodSync(outer, 0);
  await asUser([file, inner, outer, folder], () => removeFolder(folder));
  expect(existsSync(folder)).toBe(false);
});
