// Lifecycle reports of 50 runs at once through the event handler, against the same documents written without it.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundled, importBundled } from './bundled.mjs';
import { timePairs } from './pairs.mjs';

const SIZE = { runs: 50, reports: 8 };
const REPORTS = SIZE.runs * SIZE.reports;
const ROUNDS = 11;

/**
 * @param {string} folder a temporary one
 * @returns the rates, whose ratio is the floor's to ours, as that of their times; and the calls to Firestore for a report,
 *   of which a read and a commit are two
 */
export async function benchEvent(folder) {
  const data = join(folder, 'event-firestore');
  mkdirSync(data);
  const token = randomBytes(32).toString('hex');
  const child = fork(await bundled('firestore-process.ts', folder), [data, token]);
  try {
    const [{ address }] = await once(child, 'message');
    const calls = async () => {
      child.send('counts');
      return (await once(child, 'message'))[0].calls;
    };
    const { eventLoad } = await importBundled('event-load.ts', folder);
    const { handled, written, close } = await eventLoad({ firestore: address, token }, SIZE);
    const before = await calls();
    await handled();
    const value = ((await calls()) - before) / REPORTS;
    const [row] = await timePairs({ event: handled }, written, ROUNDS);
    await close();
    const rate = (seconds) => Math.round(REPORTS / seconds);
    return [
      { ...row, value: rate(row.value), unit: 'reports/s', floor: rate(row.floor) },
      { name: 'event-calls', value, unit: 'calls', floor: 2, ratio: value / 2 },
    ];
  } finally {
    child.disconnect();
  }
}
