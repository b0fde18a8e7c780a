// One run that executes and the same when it has ended, as our own functions leave them: what a large deployment is made
// of copies of.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYMENT_POOL, namesOf, RUN_KIND, type Endpoints } from '@mymlops/protocol';
import { isSettled } from '../../functions/src/engine/run/settled';
import { openSlotPools } from '../../functions/src/google/slots';
import { openDatabase } from '../../functions/src/google/database';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { RUN, aCommit } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { openRunStore } from '../google/run-store';

export { RUN };

const NAMES = namesOf('local', 'mymlops');

/** `scripts`: the folder of those that a VM carries in its metadata. */
export async function seedRun(scripts: string) {
  const deployment = fakeDeployment();
  const { google } = deployment;
  const script = (name: string): string => readFileSync(join(scripts, name), 'utf8');
  const run = { startup: script('agent.sh'), shutdown: script('shutdown.sh') };
  Object.assign(google.context.settings, { scripts: { ...google.context.settings.scripts, run } });
  const parameters = { learning_rate: '0.1', epochs: '20', batch_size: '64' };
  await deployment.publish(aCommit({ notes: 'lr 0.1', parameters }));
  await deployment.report(1, { phase: 'execute', cells: 1 });
  const running = structuredClone(deployment.state());
  const [vm] = google.vms.values();
  const nowMs = google.nowMs;
  await deployment.finish(2);
  const ended = structuredClone(deployment.state());
  if (!vm || !isSettled(ended)) throw new Error('the run did not settle');
  return { running, ended, vm: { zone: vm.zone, body: vm.body }, nowMs };
}

type Seed = Awaited<ReturnType<typeof seedRun>>;

/** Writes what is to be copied, through the adapters, and what there is once: the slot pool with its holders, the last report. */
export async function writeSeed(
  server: Pick<Endpoints, 'firestore' | 'token'>,
  seed: Seed,
  { ended, holders }: { ended: string; holders: string[] },
): Promise<void> {
  const nowhere = '127.0.0.1:1';
  const endpoints: Endpoints = {
    ...{ v: 1, pid: process.pid, deployment: 'mymlops', pubsub: nowhere, compute: nowhere, storage: nowhere },
    secrets: nowhere,
    ...server,
  };
  const runs = openRunStore(NAMES, () => endpoints);
  await runs.create(RUN, seed.running);
  await runs.create(ended, JSON.parse(JSON.stringify(seed.ended).replaceAll(RUN, ended)) as Seed['ended']);
  const refs = holders.map((id) => ({ kind: RUN_KIND, id }));
  const pool = { v: 1 as const, max: refs.length, holders: refs, queue: [] };
  const database = openDatabase(NAMES, () => endpoints);
  await openSlotPools(database).write({ stored: { name: DEPLOYMENT_POOL }, pool });
  await openSweeps(database).write({ ...emptyReport(seed.nowMs), isListed: true }, false);
}
