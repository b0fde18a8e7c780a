// What Firestore is to delete by itself: the TTL policies that are deployed are those of the timestamps that we write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Timestamp, type CollectionReference, type Firestore } from '@google-cloud/firestore';
import {
  DEAD_LETTERS,
  EVENTS,
  REMOVED,
  REMOVED_IMAGES,
  SWEEPS,
  type ImageState,
  type SlotPool,
} from '@mymlops/protocol';
import { clientOf, startStandIn, type FirestoreServer } from '../emulators/firestore';
import { aRef, aCommit, parsedReport, RUN } from '../fakes/builders';
import { aBuild, BUILD } from '../control/image-builds';
import { aSpec } from '../control/instances';
import { loadRun, openRunStore } from './run-store';
import { NAMES } from './stand-ins';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import { openProbes } from '../../functions/src/google/probes';
import { openSlotPools } from '../../functions/src/google/slots';
import { EMPTY_IMAGE } from '../../functions/src/engine/image/observe';
import { imageKind } from '../../functions/src/engine/image/kind';
import { summarize } from '../../functions/src/engine/image/status';
import { instanceKind } from '../../functions/src/engine/instance/kind';
import { observeRequest } from '../../functions/src/engine/instance/observe';
import { summarize as summarizeInstance } from '../../functions/src/engine/instance/status';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openDatabase } from '../../functions/src/google/database';
import { openDeadLetters } from '../../functions/src/google/dead-letters';
import { openOrphanCandidates } from '../../functions/src/google/orphan-candidates';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';

const AT = '2026-11-21T10:00:00.000Z';
const REMOVED_RUN = '20261121-100000-abce';

let server: FirestoreServer;
let reader: Firestore;
beforeAll(async () => {
  server = await startStandIn();
  reader = clientOf(server);
});
afterAll(async () => {
  await reader.terminate();
  await server.close();
});

/** A document of every kind, each with all that can be in it and goes away again. */
async function writeEverything(): Promise<void> {
  const local = () => server.endpoints;
  const [runs, sweeps, slots] = [
    openRunStore(NAMES, local),
    openSweeps(openDatabase(NAMES, local)),
    openSlotPools(openDatabase(NAMES, local)),
  ];
  const retentionSeconds = { failed: 60 };
  const end = { status: 'failed', message: 'm', at: AT } as const;
  for (const run of [RUN, REMOVED_RUN]) {
    const ended = { ...observeCommit(EMPTY_RUN, aCommit({ run, retentionSeconds }), AT), end, cleanedAt: AT };
    await runs.create(run, ended);
  }
  const { v, attempt, writer, boot, seq, sentAt, state } = parsedReport();
  const audit = { id: 'e1', document: { v, attempt, writer, boot, seq, sentAt, receivedAt: sentAt, state } };
  const archived = { '000001': { outcome: { class: 'stock-out' } } } as never;
  const pool: SlotPool = { v: 1, max: 2, holders: [aRef()], queue: [] };
  const known = await loadRun(runs, RUN);
  await runs.update(known, known.state, { audit, archived, pools: [{ stored: await slots.load('one'), pool }] });
  await runs.remove(await loadRun(runs, REMOVED_RUN), { v: 1, by: 'ada', at: AT, expiresAt: new Date(AT) });
  await writeBuilds();
  await writeInstance();
  await openProbes(openDatabase(NAMES, local)).write({ v: 1, at: AT, since: AT });
  const report = emptyReport(Date.parse(AT));
  await sweeps.write(report, true);
  await sweeps.writeAnswer('abc', { ...report, findings: [], proof: [] });
  await openOrphanCandidates(openDatabase(NAMES, local)).mark({
    v: 1,
    resource: 'vm',
    name: 'a',
    zone: 'z',
    id: '7',
    firstSeenAt: AT,
  });
  const letter = { v: 1, topic: 'events', publishedAt: AT, at: AT, outcome: 'shown', text: 'x' } as const;
  await openDeadLetters(openDatabase(NAMES, local)).write('1', letter);
}

async function writeBuilds(): Promise<void> {
  const images = openDocumentStores(openDatabase(NAMES, () => server.endpoints))(imageKind.documents);
  const state: ImageState = { ...EMPTY_IMAGE, request: aBuild(), end: { status: 'ready', message: 'm', at: AT } };
  for (const build of [BUILD, REMOVED_RUN]) await images.create(build, state, summarize(state));
  const removed = await images.load(REMOVED_RUN);
  if (!removed) throw new Error('just created');
  await images.remove(removed, { v: 1, by: 'ada', at: AT, expiresAt: new Date(AT) });
}

/** Of a deleted one the document stays: nothing of it expires. */
async function writeInstance(): Promise<void> {
  const instances = openDocumentStores(openDatabase(NAMES, () => server.endpoints))(instanceKind.documents);
  const fields = { v: 1, name: 'cpu1', uid: 'abc123', by: 'ada', at: AT, period: 1, waitSeconds: 600 } as const;
  const state = observeRequest(undefined, { ...fields, type: 'start', spec: aSpec() }, AT);
  if (!state) throw new Error('a start makes it');
  await instances.create('cpu1', { ...state, deletedAt: AT }, summarizeInstance(state));
}

interface Found {
  groups: string[];
  /** Fields that hold a timestamp, as group and name. */
  timestamps: string[];
}

/** Of all documents in and below some collections. */
async function findBelow(collections: CollectionReference[]): Promise<Found> {
  const found: Found = { groups: [], timestamps: [] };
  for (const collection of collections) {
    found.groups.push(collection.id);
    for (const document of (await collection.get()).docs) {
      for (const [field, value] of Object.entries(document.data())) {
        if (value instanceof Timestamp) found.timestamps.push(`${collection.id} ${field}`);
      }
      const below = await findBelow(await document.ref.listCollections());
      found.groups.push(...below.groups);
      found.timestamps.push(...below.timestamps);
    }
  }
  return found;
}

interface Override {
  collectionGroup: string;
  fieldPath: string;
  ttl?: boolean;
}

function overrides(): Override[] {
  const text = readFileSync(join(__dirname, '../../firestore.indexes.json'), 'utf8');
  return (JSON.parse(text) as { fieldOverrides: Override[] }).fieldOverrides;
}

test('exactly the timestamps that are written have a TTL policy', async () => {
  await writeEverything();
  const { groups, timestamps } = await findBelow(await reader.listCollections());
  const policies = overrides().filter(({ ttl }) => ttl);
  const named = policies.map(({ collectionGroup, fieldPath }) => `${collectionGroup} ${fieldPath}`);
  expect(named.toSorted()).toEqual(
    [DEAD_LETTERS, EVENTS, REMOVED, REMOVED_IMAGES, SWEEPS].map((group) => `${group} expiresAt`),
  );
  expect([...new Set(timestamps)].toSorted()).toEqual(named.toSorted());
  // A policy or an exemption for a group that is never written would be a misspelt one.
  expect([...new Set(groups)]).toEqual(
    expect.arrayContaining(overrides().map(({ collectionGroup }) => collectionGroup)),
  );
});
