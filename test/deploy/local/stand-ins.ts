// The four stand-ins in this process, without the functions: for the suites of their callers.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf, type Endpoints } from '@mymlops/protocol';
import { startCompute, type ComputeService } from '../../../deploy/local/compute';
import { startFirestore } from '../../../deploy/local/firestore';
import { startMetadata } from '../../../deploy/local/metadata';
import { startPubsub, type PubsubService } from '../../../deploy/local/pubsub';
import { startStorage } from '../../../deploy/local/storage';
import { PROJECT, serviceOptions, TOKEN } from './harness';

export const NAMES = namesOf(PROJECT, 'mymlops');

export interface StandIns {
  endpoints: Endpoints;
  pubsub: PubsubService;
  compute: ComputeService;
  /** Messages are pushed to this socket file; whether anything listens there is the test's business. */
  functionsSocket: string;
  close(): Promise<void>;
}

/** Each keeps its state in a folder of its own below `folder`. `hasBucket`: false as where the project was deleted. */
export async function startStandIns(folder: string, { hasBucket = true } = {}): Promise<StandIns> {
  const optionsOf = (name: string) => {
    mkdirSync(join(folder, name), { mode: 0o700 });
    return serviceOptions(join(folder, name));
  };
  const functionsSocket = join(folder, 'functions.sock');
  const [firestore, pubsub, compute, storage] = await Promise.all([
    startFirestore(optionsOf('firestore')),
    startPubsub({ ...optionsOf('pubsub'), functionsSocket }),
    startCompute({ ...optionsOf('compute'), startMetadata }),
    startStorage(optionsOf('storage')),
  ]);
  if (hasBucket) storage.ensureBucket(NAMES.bucket);
  const endpoints: Endpoints = {
    ...{ v: 1, pid: process.pid, deployment: 'mymlops', token: TOKEN },
    ...{ firestore: firestore.address, pubsub: pubsub.address },
    ...{ compute: compute.address, storage: storage.address },
  };
  return {
    endpoints,
    pubsub,
    compute,
    functionsSocket,
    async close() {
      await compute.destroyAll();
      await Promise.all([firestore, pubsub, compute, storage].map((service) => service.close()));
    },
  };
}
