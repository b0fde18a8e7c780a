// A listener that fails affects nobody else: the commit is stored, and the other listeners get it.
import { Metadata } from '@grpc/grpc-js';
import { EventEmitter } from 'node:events';
import { createCalls } from '../../../../deploy/local/firestore/calls';
import { firestoreService } from '../../../../deploy/local/firestore/definition';
import { createHandlers } from '../../../../deploy/local/firestore/handlers';
import type { ListenRequest } from '../../../../deploy/local/firestore/messages';
import { openFirestoreStore } from '../../../../deploy/local/firestore/store';
import { fakeClock } from '../../../fakes/clock';
import { auth, RIGHTS, TOKEN } from '../harness';
import { fixture } from './fixture';

const f = fixture();
afterAll(() => f.end());

const DATABASE = 'projects/local/databases/mymlops-runs';
const RUN = `${DATABASE}/documents/runs/a`;
const INTERNAL = 13;

test('a listener that throws ends alone: the commit is answered, the other listeners get it', async () => {
  const logs: string[] = [];
  const log = (severity: string, message: string): void => void logs.push(`${severity} ${message}`);
  const clock = fakeClock();
  const store = openFirestoreStore({ folder: f.folder, clock, log });
  const service = firestoreService();
  const handlers = createHandlers(service, createCalls(store), store, { auth, rights: RIGHTS, clock, log });

  const listen = (write: (response: object) => void) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${TOKEN}`);
    const call = Object.assign(new EventEmitter(), {
      metadata,
      getHost: () => '127.0.0.1',
      write,
      end: () => undefined,
    });
    const errors: { code?: number }[] = [];
    call.on('error', (error: object) => errors.push(error));
    (handlers['Listen'] as (given: unknown) => void)(call);
    const request: ListenRequest = { database: DATABASE, addTarget: { targetId: 1, documents: { documents: [RUN] } } };
    call.emit('data', request);
    return errors;
  };
  let isBroken = false;
  const broken = listen(() => {
    if (isBroken) throw new Error('broken');
  });
  const told: string[] = [];
  const sound = listen((response) => told.push(...Object.keys(response)));
  expect(store.listeners()).toBe(2);
  isBroken = true;
  told.length = 0;

  const write = { update: { name: RUN, fields: { n: { integerValue: '1' } } } };
  expect(store.commit(DATABASE, [write]).results).toHaveLength(1);
  expect(told).toContain('documentChange');
  expect([broken.map(({ code }) => code), sound]).toEqual([[INTERNAL], []]);
  expect(store.listeners()).toBe(1);
  expect(logs).toEqual(['ERROR call failed']);

  store.commit(DATABASE, [write]);
  await clock.advance(60_000);
  expect(broken).toHaveLength(1);
  store.close();
});
