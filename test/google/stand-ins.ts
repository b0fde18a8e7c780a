// The four stand-ins in this process, on a folder of their own: what the functions' adapters call.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStandIns as startOn } from '../deploy/local/stand-ins';

export { NAMES } from '../deploy/local/stand-ins';

export async function startStandIns() {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-google-'));
  const standIns = await startOn(folder);
  return {
    ...standIns,
    async close() {
      await standIns.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
