// The four stand-ins in this process, and the functions' adapters on them.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf, type Endpoints } from '@mymlops/protocol';
import { systemClock } from '../../deploy/local/shared/clock';
import { startCompute } from '../../deploy/local/compute';
import { startFirestore } from '../../deploy/local/firestore';
import { startMetadata } from '../../deploy/local/metadata';
import { createAuth } from '../../deploy/local/shared/auth';
import { startPubsub } from '../../deploy/local/pubsub';
import { startStorage } from '../../deploy/local/storage';

const TOKEN = 'owner-token-0123456789abcdef0123456789abcdef';

export const NAMES = namesOf('local', 'mymlops');

export async function startStandIns() {
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-google-'));
  const options = (name: string) => {
    mkdirSync(join(folder, name), { mode: 0o700 });
    return { folder: join(folder, name), port: 0, auth: createAuth(TOKEN), clock: systemClock, log: () => {} };
  };
  const [firestore, pubsub, compute, storage] = await Promise.all([
    startFirestore(options('firestore')),
    startPubsub({ ...options('pubsub'), functionsSocket: join(folder, 'functions.sock') }),
    startCompute({ ...options('compute'), startMetadata }),
    startStorage(options('storage')),
  ]);
  storage.ensureBucket(NAMES.bucket);
  const endpoints: Endpoints = {
    v: 1,
    pid: process.pid,
    deployment: 'mymlops',
    token: TOKEN,
    firestore: firestore.address,
    pubsub: pubsub.address,
    compute: compute.address,
    storage: storage.address,
  };
  return {
    endpoints,
    pubsub,
    async close() {
      await compute.destroyAll();
      await Promise.all([firestore, pubsub, compute, storage].map((service) => service.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
