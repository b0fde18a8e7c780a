// The stand-ins in a process of their own. It makes the messages that a function is sent, each of them news to it, and shows
// what the functions have written: the floors write the same.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  EVENTS,
  IDENTITY_ISSUER,
  LAST_SWEEP,
  ORPHAN_CANDIDATES,
  reportId,
  runPath,
  RUNS,
  vmName,
} from '@mymlops/protocol';
import { createDeployment } from '../../deploy/local/functions/deployment';
import { identityKeyOf, type IdentityKey } from '../../deploy/local/state/identity-key';
import { LIST_NEXT_TIME } from '../../functions/src/engine/list-interval';
import { openDatabase } from '../../functions/src/google/database';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { NAMES, startStandIns } from '../deploy/local/stand-ins';
import { aCommit, aReport, RUN } from '../fakes/builders';
import { BUCKETS } from '../fakes/buckets';
import { fakeDeployment } from '../fakes/deployment';
import { identityAttributes } from '../fakes/identity-attributes';
import { openRunStore } from '../google/run-store';

interface Sent {
  content: object;
  attributes?: Record<string, string>;
  publishTime: string;
  /** The documents that it changes. */
  documents: string[];
}
type Asked = { next: string } | { read: string[] };

const AT = '2026-11-21T10:00:30.000Z';
const [, , folder = ''] = process.argv;
let serial = 0;

const started = start();
process.on('message', (asked: Asked) => {
  started
    .then((answer) => answer(asked))
    .then(
      (found) => process.send?.(found),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
});
process.on('disconnect', () => process.exit());

/** Says where the stand-ins are, and returns what answers. */
async function start(): Promise<(asked: Asked) => Promise<object>> {
  mkdirSync(folder);
  const standIns = await startStandIns(folder);
  const there = { storage: { ensureBucket: () => undefined }, firestore: { setDocument: () => undefined } };
  await createDeployment(NAMES, BUCKETS, { pubsub: standIns.pubsub, ...there });
  const key = await identityKeyOf(folder);
  const database = openDatabase(NAMES, () => standIns.endpoints);
  const firestore = await database.connect();
  const runs = openRunStore(NAMES, () => standIns.endpoints);
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  const [vm] = deployment.google.vms.values();
  if (!vm) throw new Error('the run has no VM');

  /** Of a minute in which nothing is live or marked. */
  const tick = async (sinceList: number): Promise<Sent> => {
    for (const collection of [RUNS, ORPHAN_CANDIDATES]) {
      const all = await firestore.collection(collection).listDocuments();
      await Promise.all(all.map((document) => document.delete()));
    }
    const at = new Date().toISOString();
    const snapshots = { at, since: at };
    await openSweeps(database).write({ ...emptyReport(Date.now()), at, sinceList, snapshots }, false);
    return { content: { v: 1, type: 'tick' }, publishTime: at, documents: [LAST_SWEEP] };
  };
  const messages: Record<string, () => Promise<Sent>> = {
    async report() {
      if (!(await runs.load(RUN))) await runs.create(RUN, deployment.state());
      return nextReport(key, vm);
    },
    cancel: () => Promise.resolve(nextCancel()),
    async reap() {
      const sent = nextReap();
      for (const mark of sent.documents) await firestore.doc(mark).set({ v: 1 });
      return sent;
    },
    tick: () => tick(0),
    'listing-tick': () => tick(LIST_NEXT_TIME),
  };
  const endpointsFile = join(folder, 'endpoints.json');
  writeFileSync(endpointsFile, JSON.stringify({ ...standIns.functionsEndpoints, identityKeys: key.publicKeys }));
  process.send?.({ endpoints: standIns.endpoints, endpointsFile, database: NAMES.database, buckets: BUCKETS });
  return async (asked) => {
    if ('next' in asked) return (await messages[asked.next]?.()) ?? { error: `no message ${asked.next}` };
    const found = await Promise.all(asked.read.map((path) => firestore.doc(path).get()));
    return found.map((document) => document.data() ?? null);
  };
}

/** The run's VM reports a phase, which is written, and `request` asked to act. */
function nextReport(key: IdentityKey, { id, zone }: { id: string; zone: string }): Sent {
  const report = aReport({ seq: ++serial, state: { phase: 'execute', cells: serial } });
  const created = Date.parse(AT) / 1000;
  const token = key.sign({
    ...{ iss: IDENTITY_ISSUER, aud: RUN, iat: created, exp: created + 3600 },
    google: {
      compute_engine: {
        ...{ project_id: NAMES.project, zone, instance_name: vmName(NAMES.deployment, RUN, 1) },
        ...{ instance_id: id, instance_creation_timestamp: created },
      },
    },
  });
  const audit = `${runPath(RUN)}/${EVENTS}/${reportId(report)}`;
  return { content: report, attributes: identityAttributes(token), publishTime: AT, documents: [runPath(RUN), audit] };
}

/** Of a run whose commit has not come yet. */
function nextCancel(): Sent {
  const run = `20261121-110000-${(++serial).toString(16).padStart(4, '0')}`;
  const at = new Date().toISOString();
  return { content: { v: 1, type: 'cancel', run, by: 'ada', at }, publishTime: at, documents: [runPath(run)] };
}

/** Of a VM that is gone: one call shows it, and its mark is deleted. */
function nextReap(): Sent {
  const [id, name] = [String(7000 + ++serial), `mymlops-gone-${serial}`];
  const content = { v: 1, type: 'reap', resource: 'vm', zone: 'local-a', name, id };
  return { content, publishTime: new Date().toISOString(), documents: [`${ORPHAN_CANDIDATES}/vm-${id}`] };
}
