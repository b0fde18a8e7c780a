// A sweep over 10,000 live VMs and 100,000 ended runs, on Google in memory, against the same reads alone.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { importBundled } from './bundled.mjs';
import { timePairs } from './pairs.mjs';

const SIZE = { live: 10_000, ended: 100_000 };
const ROUNDS = 21;
const GROWTH_BYTES = 256 * 2 ** 20;

/**
 * @param {string} folder a temporary one
 * @returns the time's row, and one each for list calls, documents and memory (in bytes, its floor is what it may grow by)
 */
export async function benchSweep(folder) {
  const { sweepLoad } = await importBundled('sweep-load.ts', folder);
  const { counts, sweep, reads } = await sweepLoad(SIZE);
  collectGarbage();
  const startBytes = process.memoryUsage.rss();
  const report = await sweep();
  checkReport(report);
  const row = (name, value, unit, floor) => ({ name, value, unit, floor, ratio: Number((value / floor).toFixed(4)) });
  const rows = [
    row('sweep-lists', counts.lists, 'calls', 1),
    row('sweep-documents', counts.documents, 'documents', SIZE.live),
    row('sweep-memory', Math.max(counts.peakBytes, process.memoryUsage.rss()) - startBytes, 'B', GROWTH_BYTES),
  ];
  return [...(await timePairs({ sweep: async () => checkReport(await sweep()) }, reads, ROUNDS)), ...rows];
}

/** What the making of the deployment left behind is room that a sweep would take without growth. */
function collectGarbage() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** What was not looked after does not count. */
function checkReport({ vms, disks, liveRuns, advanced, reaped, suspects, freed, removed, failures }) {
  const found = vms === SIZE.live && disks === SIZE.live && liveRuns === SIZE.live;
  const news = [advanced, reaped, suspects, freed, removed, failures].flat();
  if (!found || news.length > 0) throw new Error(`not a steady minute: ${vms} VMs, ${news.slice(0, 5).join(', ')}`);
}
