// Many runs that report at once, through the handler into a Firestore, and the same documents written without it.
import { Firestore } from '@google-cloud/firestore';
import { EVENTS, namesOf, runPath, type Endpoints } from '@mymlops/protocol';
import { PassThroughClient } from 'google-auth-library';
import { KINDS } from '../../functions/src/control/kinds';
import { openDatabase } from '../../functions/src/google/database';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openProbes } from '../../functions/src/google/probes';
import { handleEvent, type EventContext } from '../../functions/src/handlers/event';
import { RUN, aCommit, aMessage, aReport } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { openRunStore } from '../google/run-store';

const NAMES = namesOf('local', 'mymlops');
const AT = '2026-11-21T10:00:30.000Z';

/** `handled` and `written`: each run reports `reports` times, one after another; all runs at once. The caller closes it. */
export async function eventLoad(
  server: Pick<Endpoints, 'firestore' | 'token'>,
  { runs, reports }: { runs: number; reports: number },
) {
  const ids = Array.from({ length: runs }, (_, index) => `20261121-100000-${String(index).padStart(4, '0')}`);
  const running = await aRunning();
  const context = contextOn(server, running.attempts['1']?.vm.id ?? '');
  const store = openRunStore(NAMES, () => endpointsOf(server));
  const text = JSON.stringify(running);
  const stateOf = (run: string) => JSON.parse(text.replaceAll(RUN, run)) as typeof running;
  await Promise.all(ids.map((run) => store.create(run, stateOf(run))));
  const client = new Firestore({
    projectId: 'local',
    databaseId: NAMES.database,
    host: server.firestore,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${server.token}` },
    authClient: new PassThroughClient(),
  });
  let seq = 1;
  const each = async (one: (run: string, seq: number) => Promise<unknown>): Promise<void> => {
    const first = seq;
    seq += reports;
    await Promise.all(
      ids.map(async (run) => {
        for (let next = first; next < first + reports; next++) await one(run, next + 1);
      }),
    );
  };
  const report = (run: string, number: number) =>
    handleEvent(aMessage(aReport({ run, seq: number, state: { phase: 'execute', cells: number } }), AT), context);

  await each(report);
  const documents = await Promise.all(ids.map((run) => client.doc(runPath(run)).get()));
  const fields = new Map(documents.map((document) => [document.id, document.data()]));
  const events = await client
    .collection(`${runPath(ids[0] ?? '')}/${EVENTS}`)
    .limit(1)
    .get();
  const audit = events.docs[0]?.data() ?? {};

  return {
    handled: () => each(report),
    written: () =>
      each((run, number) => {
        const batch = client.batch();
        // The field makes each write a new one.
        batch.update(client.doc(runPath(run)), { ...fields.get(run), written: number });
        batch.create(client.doc(`${runPath(run)}/${EVENTS}/written-${number}`), audit);
        return batch.commit();
      }),
    close: () => client.terminate(),
  };
}

async function aRunning() {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  return deployment.state();
}

/** Tokens are taken at their word: the cost of their signature does not concern Firestore. All VMs have the same numeric id. */
function contextOn(server: Pick<Endpoints, 'firestore' | 'token'>, vmId: string): EventContext {
  const database = openDatabase(NAMES, () => endpointsOf(server));
  return {
    kinds: KINDS,
    documents: openDocumentStores(database),
    probes: openProbes(database),
    bus: {
      ask: () => Promise.resolve(),
      sendProbe: () => Promise.resolve(),
    },
    tokens: { verify: (token) => Promise.resolve(claimsOf(token, vmId)) },
    settings: { project: 'local', buckets: { results: 'of-results', live: 'of-live' } },
    log: (_severity, message, fields) => {
      throw new Error(`${message}: ${JSON.stringify(fields)}`);
    },
  };
}

function endpointsOf(server: Pick<Endpoints, 'firestore' | 'token'>): Endpoints {
  const nowhere = '127.0.0.1:1';
  return {
    ...{ v: 1, pid: process.pid, deployment: 'mymlops', pubsub: nowhere, compute: nowhere, storage: nowhere },
    secrets: nowhere,
    ...server,
  };
}

function claimsOf(token: string, vmId: string) {
  const [, vm = '', run = ''] = /^genuine (mymlops-(.+)-1)$/.exec(token) ?? [];
  return { audience: run, project: 'local', zone: 'local-a', vm, vmId, createdMs: Date.parse(AT) };
}
