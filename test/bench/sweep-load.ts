// A deployment of any size in memory, in its steadiest minute: every live run has its VM, many runs have ended, nothing is due.
import type { Runs } from '../../functions/src/ports';
import { runSweep } from '../../functions/src/sweep/sweep';
import { RUN, aCommit } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

/** `sweep` and `reads`: one sweep, and what it reads alone. Both count into `counts`. */
export async function sweepLoad({ live, ended }: { live: number; ended: number }) {
  const { google } = await filledDeployment(live, ended);
  const counts = { lists: 0, documents: 0, peakBytes: 0 };
  google.calls.before = (name) => void (name === 'cloud.list' && counts.lists++);
  const context = { ...google.context, runs: countedRuns(google.context.runs, liveRunsOf(google, live), counts) };
  return {
    counts,
    sweep: () => runSweep(context),
    async reads(): Promise<void> {
      const { sweeps, bus, cloud, runs } = context;
      await Promise.all([sweeps.suspects(), sweeps.last(), bus.pullDead('requests', 100), bus.pullDead('events', 100)]);
      await Promise.all([runs.hasLive(), runs.limits(), runs.expired(new Date(context.now()).toISOString())]);
      const { vms, disks } = await cloud.list();
      let found = 0;
      for await (const { run } of runs.live()) found += run.length > 0 ? 1 : 0;
      if (vms.length + disks.length + found !== 3 * live) throw new Error('not every VM, disk and live run was read');
    },
  };
}

type Google = ReturnType<typeof fakeDeployment>['google'];
type Counts = { documents: number; peakBytes: number };

const idOf = (index: number): string => `20261121-100000-${index.toString(36).padStart(4, '0')}`;

/** Copies of one run that executes, and of the same when it has ended. */
async function filledDeployment(live: number, ended: number) {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  await deployment.report(1, { phase: 'execute' });
  const running = JSON.stringify([google.documents.get(RUN), withoutBody(google), [...google.disks.values()][0]]);
  await deployment.finish(2);
  const done = JSON.stringify(google.documents.get(RUN));
  google.documents.clear();
  for (let index = 0; index < live; index++) addRunning(google, running, idOf(index));
  for (let index = live; index < live + ended; index++) {
    google.documents.set(idOf(index), JSON.parse(done.replaceAll(RUN, idOf(index))));
  }
  const holders = Array.from({ length: live }, (_, index) => idOf(index));
  google.limits.set('deployment', { limit: { v: 1, max: live, holders, queue: [] }, version: 1 });
  google.context.maxParallel = live;
  return deployment;
}

/** As the list shows it. */
const withoutBody = ({ vms }: Google) => [...vms.values()].map((vm) => ({ ...vm, body: undefined }))[0];

function addRunning({ documents, vms, disks }: Google, text: string, run: string): void {
  const [document, vm, disk] = JSON.parse(text.replaceAll(RUN, run));
  documents.set(run, document);
  vms.set(`${vm.zone}/${vm.name}`, vm);
  disks.set(`${disk.zone}/${disk.name}`, disk);
}

function liveRunsOf({ documents }: Google, live: number): Runs['live'] {
  // Firestore has an index: what has ended is not looked at.
  const found = [...documents].slice(0, live);
  return async function* () {
    for (const [run, { state, version, updatedAt }] of found) {
      yield structuredClone({ run, state, version: String(version), updatedAt });
    }
  };
}

function countedRuns(runs: Runs, live: Runs['live'], counts: Counts): Runs {
  const count = <T>(found: T, documents: number): T => {
    counts.documents += documents;
    return found;
  };
  return {
    ...runs,
    async *live() {
      for await (const stored of live()) {
        if (count(true, 1) && counts.documents % 1000 === 0) {
          counts.peakBytes = Math.max(counts.peakBytes, process.memoryUsage.rss());
        }
        yield stored;
      }
    },
    load: async (run) => count(await runs.load(run), 1),
    hasLive: () => Promise.resolve(count(true, 1)),
    expired: async (at) => count([] as string[], (await runs.expired(at)).length),
    limits: async () => {
      const found = await runs.limits();
      return count(found, found.length);
    },
  };
}
