// One run that executes and the same when it has ended, an instance on which somebody works and the same when it is stopped, as our
// own functions leave them: a large deployment is made of copies of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYMENT_POOL, INSTANCE_KIND, namesOf, RUN_KIND, type Endpoints } from '@mymlops/protocol';
import { instanceKind } from '../../functions/src/engine/instance/kind';
import { INSTANCE_POOL } from '../../functions/src/engine/instance/pools';
import { isSettled } from '../../functions/src/engine/run/settled';
import { openSlotPools } from '../../functions/src/google/slots';
import { openDatabase } from '../../functions/src/google/database';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { RUN, aCommit } from '../fakes/builders';
import { instanceDeployment, NAME, type Instances } from '../control/instances';
import { fakeDeployment } from '../fakes/deployment';
import type { FakeVm } from '../fakes/fake-google';
import { openRunStore } from '../google/run-store';

export { NAME, RUN };

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
  return { running, ended, vm: placeOf(vm), nowMs };
}

/** What the list shows of copies of that VM. */
const placeOf = ({ zone, body, lastStartAt = '' }: FakeVm) => ({ zone, body, lastStartAt });

/** As documents: state, and what the reader sees of it. */
export async function seedInstance() {
  const instance = instanceDeployment();
  await instance.start(1);
  await instance.report({ phase: 'serve', signals: { kernels: { says: 'busy' } } });
  const document = () => structuredClone({ state: instance.state(), summary: { ...instance.summary() } });
  const [on, vm, nowMs] = [document(), instance.vm(), instance.google.nowMs];
  if (!vm) throw new Error('no VM');
  const place = placeOf(vm);
  await instance.stop(1);
  await instance.sweep(2);
  expectOff(instance);
  return { on, off: document(), vm: place, nowMs };
}

const renamed = <T>(value: T, name: string): T => JSON.parse(JSON.stringify(value).replaceAll(NAME, name)) as T;

function expectOff({ summary }: Instances): void {
  const { status, live } = summary();
  if (status !== 'stopped' || live) throw new Error(`the instance is ${status}`);
}

type Seed = Awaited<ReturnType<typeof seedRun>>;
type InstanceSeed = Awaited<ReturnType<typeof seedInstance>>;

/** Writes what is to be copied, through the adapters, and what there is once: the slot pool with its holders, the last report. */
export async function writeSeed(
  server: Pick<Endpoints, 'firestore' | 'token'>,
  seed: Seed,
  {
    ended,
    holders,
    instance,
    instances,
  }: {
    ended: string;
    holders: string[];
    instance: InstanceSeed;
    /** Names of the two that are copied, and of those that hold a slot. */
    instances: { off: string; holders: string[] };
  },
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
  const database = openDatabase(NAMES, () => endpoints);
  const documents = openDocumentStores(database)(instanceKind.documents);
  for (const [name, { state, summary }] of [
    [NAME, instance.on],
    [instances.off, renamed(instance.off, instances.off)],
  ] as const)
    await documents.create(name, state, summary);
  const pools = openSlotPools(database);
  const write = async (name: string, kind: string, ids: string[]): Promise<void> => {
    const refs = ids.map((id) => ({ kind, id }));
    await pools.write({ stored: { name }, pool: { v: 1, max: refs.length, holders: refs, queue: [] } });
  };
  await write(DEPLOYMENT_POOL, RUN_KIND, holders);
  await write(INSTANCE_POOL, INSTANCE_KIND, instances.holders);
  await openSweeps(database).write({ ...emptyReport(seed.nowMs), isListed: true }, false);
}
