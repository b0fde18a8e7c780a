// The process that sweeps, and does nothing else: the deployed context on Google's libraries. Asked for a sweep, or for
// the same reads alone, it says when it is done and what it found; at the end, how much memory it ever had.
import { pathToFileURL } from 'node:url';
import { readConfig } from '../../functions/src/config';
import { openContexts } from '../../functions/src/context';
import type { SweepContext } from '../../functions/src/sweep/context';
import { runSweep } from '../../functions/src/sweep/sweep';

const [, , endpointsFile = '', scripts = '', nowMs = '', maxParallel = ''] = process.argv;
const config = readConfig({
  MYMLOPS_PROJECT: 'local',
  MYMLOPS_ENDPOINTS: endpointsFile,
  MYMLOPS_MAX_PARALLEL: maxParallel,
  MYMLOPS_RESULTS_BUCKET: 'of-results',
  MYMLOPS_LIVE_BUCKET: 'of-live',
  MYMLOPS_VM_SERVICE_ACCOUNT: 'mymlops-agent@local.iam.gserviceaccount.com',
});
// The minute in which the runs were made: later they would be silent.
const context: SweepContext = { ...openContexts(config, pathToFileURL(scripts)).sweep(), now: () => Number(nowMs) };

process.on('message', (asked: 'sweep' | 'reads' | 'memory') => {
  if (asked === 'memory') return answer({ maxRssBytes: process.resourceUsage().maxRSS * 1024 });
  const work = asked === 'sweep' ? runSweep(context) : readAlone(context);
  work.then(answer, (error: unknown) => answer({ failures: [String(error)] }));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

function answer(report: object): void {
  process.send?.(report);
}

/** What a sweep reads, in its order, with nothing done about it. */
async function readAlone(context: SweepContext): Promise<object> {
  const { sweeps, orphanCandidates, deadMessages, compute, documents, slotPools, kinds, now } = context;
  for (const topic of ['requests', 'events'] as const) await deadMessages.pull(topic, 100);
  await orphanCandidates.all();
  await sweeps.last();
  const [first] = kinds;
  if (first) await documents(first.documents).hasLive();
  const { vms, disks } = await compute.list();
  await slotPools.all();
  const live: Record<string, number> = {};
  for (const kind of kinds) {
    live[kind.name] = 0;
    for await (const { id } of documents(kind.documents).live())
      if (id !== '') live[kind.name] = (live[kind.name] ?? 0) + 1;
  }
  for (const kind of kinds) await documents(kind.documents).expired(new Date(now()).toISOString(), 100);
  return { vms: vms.length, disks: disks.length, live };
}
