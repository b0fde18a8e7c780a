// What a report costs at Firestore, counted where the calls arrive: each is a round trip, and reads and writes are billed.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { EVENTS, reportId, runPath, type Endpoints } from '@mymlops/protocol';
import { systemClock } from '../../deploy/local/shared/clock';
import { createCalls, type Calls } from '../../deploy/local/firestore/calls';
import { firestoreService } from '../../deploy/local/firestore/definition';
import { createHandlers } from '../../deploy/local/firestore/handlers';
import type { BatchGetDocumentsRequest, CommitRequest, Write } from '../../deploy/local/firestore/messages';
import { openFirestoreStore } from '../../deploy/local/firestore/store';
import { createAuth } from '../../deploy/local/shared/auth';
import { RIGHTS } from '../deploy/local/harness';
import { listenOnLoopback } from '../../deploy/local/shared/service';
import { endpointsWith } from '../emulators/firestore';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import type { FakeGoogle } from '../fakes/google';
import { openDatabase } from '../../functions/src/google/database';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openRunStore } from './run-store';
import { NAMES } from './stand-ins';
import { handleEvent, type EventContext } from '../../functions/src/handlers/event';
import type { SentReport } from '../fakes/sent-report';

const PUBLISHED = '2026-11-21T10:00:30.000Z';

/** The stand-in, and every call that reached it since the last look. */
async function startCounted() {
  const folder = mkdtempSync(join(tmpdir(), 'firestore-'));
  const seen: object[] = [];
  const { token } = endpointsWith({});
  const environment = { folder, port: 0, clock: systemClock, log: () => undefined };
  const store = openFirestoreStore(environment);
  const service = firestoreService();
  const calls = counted(createCalls(store), seen);
  const grpc = new Server();
  grpc.addService(
    service,
    createHandlers(service, calls, store, { ...environment, auth: createAuth(token), rights: RIGHTS }),
  );
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({ noDelay: true }, (socket) => injector.injectConnection(socket));
  const endpoints = endpointsWith({ firestore: await listenOnLoopback(listener, 0) });
  return {
    endpoints,
    taken: () => seen.splice(0),
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      injector.destroy();
      grpc.forceShutdown();
      await closed;
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every call by its name, so that a transaction would show; of those that we make, what is in them. */
function counted({ unary, streaming }: Calls, seen: object[]): Calls {
  const told = <Answer>(named: Partial<Record<string, (request: never) => Answer>>) =>
    Object.fromEntries(
      Object.entries(named).map(([call, answer]) => [
        call,
        (request: never) => {
          seen.push(tell(call, request));
          return answer?.(request) as Answer;
        },
      ]),
    );
  return { unary: told(unary), streaming: told(streaming) };
}

function tell(call: string, request: object): object {
  if (call === 'BatchGetDocuments') return { read: (request as BatchGetDocumentsRequest).documents?.map(pathOf) };
  if (call === 'Commit') return { commit: (request as CommitRequest).writes?.map(tellWrite) };
  return { [call]: request };
}

const pathOf = (name = ''): string => name.split('/documents/')[1] ?? '';

function tellWrite({ update, delete: deleted, currentDocument }: Write): string {
  const condition = currentDocument?.exists === false ? 'create' : currentDocument?.updateTime ? 'write over' : 'write';
  return `${deleted === undefined ? condition : 'delete'} ${pathOf(deleted ?? update?.name)}`;
}

/** `context`, but for Firestore; requests to `request` are only noted. */
function contextOn(endpoints: Endpoints, { context }: FakeGoogle, asked: object[]): EventContext {
  return {
    ...context,
    documents: openDocumentStores(openDatabase(NAMES, () => endpoints)),
    bus: { ...context.bus, ask: async (request) => void asked.push(request) },
    log: (_severity, message, fields) => {
      throw new Error(`${message}: ${JSON.stringify(fields)}`);
    },
  };
}

let server: Awaited<ReturnType<typeof startCounted>>;
let context: EventContext;
const asked: object[] = [];
beforeAll(async () => {
  server = await startCounted();
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  context = contextOn(server.endpoints, deployment.google, asked);
  await openRunStore(NAMES, () => server.endpoints).create(RUN, deployment.state());
});
afterAll(() => server.close());

/** The calls that it took to handle a report, and the requests to `request` that follow. */
async function costOf(said: SentReport) {
  server.taken();
  asked.length = 0;
  await handleEvent(aMessage(said, PUBLISHED), context);
  return { calls: server.taken(), asked: asked.splice(0) };
}

const run = runPath(RUN);
const eventOf = (said: SentReport): string => `create ${run}/${EVENTS}/${reportId(said)}`;
const advance = { v: 1, type: 'advance', kind: 'run', id: RUN };

test('a lifecycle report is one read and one commit, of the run and its audit document', async () => {
  const said = aReport({ seq: 1, state: { phase: 'source' } });
  const calls = [{ read: [run] }, { commit: [`write over ${run}`, eventOf(said)] }];
  expect(await costOf(said)).toEqual({ calls, asked: [advance] });
});

test('a heartbeat is one read and one commit too, of the run alone, and asks for nothing', async () => {
  const said = aReport({ kind: 'heartbeat', seq: 2, state: { phase: 'execute', cells: 1 } });
  const calls = [{ read: [run] }, { commit: [`write over ${run}`] }];
  expect(await costOf(said)).toEqual({ calls, asked: [] });
});

test('a lifecycle report that comes twice is one read and one commit, which is refused, and asks again', async () => {
  const said = aReport({ seq: 3, state: { phase: 'execute', cells: 2 } });
  await costOf(said);
  const calls = [{ read: [run] }, { commit: [`write over ${run}`, eventOf(said)] }];
  expect(await costOf(said)).toEqual({ calls, asked: [advance] });
});

test('a heartbeat that comes twice, or late, is one read', async () => {
  const said = aReport({ kind: 'heartbeat', seq: 4, state: { phase: 'execute', cells: 3 } });
  await costOf(said);
  expect(await costOf(said)).toEqual({ calls: [{ read: [run] }], asked: [] });
  expect(await costOf({ ...said, seq: 2 })).toEqual({ calls: [{ read: [run] }], asked: [] });
});
