// The stand-ins in this process, without the functions: for the suites of their callers.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYMENT_SETTINGS, namesOf, VERSION, type Endpoints, type FunctionsEndpoints } from '@mymlops/protocol';
import { startCompute, type ComputeOptions, type ComputeService } from '../../../deploy/local/compute';
import { startFirestore } from '../../../deploy/local/firestore';
import { startMetadata } from '../../../deploy/local/metadata';
import { startPubsub, type PubsubService } from '../../../deploy/local/pubsub';
import { startStorage } from '../../../deploy/local/storage';
import { startSecrets } from '../../../deploy/local/secrets';
import type { ServiceOptions } from '../../../deploy/local/shared/service';
import { auth, PROJECT, serviceOptions, TOKEN } from './harness';
import { BUCKETS } from '../../fakes/buckets';

export const NAMES = namesOf(PROJECT, 'mymlops');

export interface StandIns {
  /** With the owner's token. */
  endpoints: Required<Omit<Endpoints, 'emulators'>>;
  /** With the tokens of the functions. */
  functionsEndpoints: FunctionsEndpoints;
  pubsub: PubsubService;
  compute: ComputeService;
  /** Messages are pushed to this socket file; whether anything listens there is the test's business. */
  functionsSocket: string;
  close(): Promise<void>;
}

/** `rights`: by default those of the deployment. `identityKey`: by default VMs get no identity tokens. */
export type StandInOptions = { hasBucket?: boolean } & Partial<Pick<ServiceOptions, 'rights' | 'log'>> &
  Pick<ComputeOptions, 'runner' | 'faults' | 'identityKey'>;

/** Each keeps its state in a folder of its own below `folder`. `hasBucket`: false as where the project was deleted. */
export async function startStandIns(
  folder: string,
  { hasBucket = true, runner, faults, identityKey, ...overrides }: StandInOptions = {},
): Promise<StandIns> {
  const optionsOf = (name: string) => {
    mkdirSync(join(folder, name), { mode: 0o700 });
    return serviceOptions(join(folder, name), overrides);
  };
  const given = { ...(runner && { runner }), ...(faults && { faults }), ...(identityKey && { identityKey }) };
  const functionsSocket = join(folder, 'functions.sock');
  const [firestore, pubsub, compute, storage, secrets] = await Promise.all([
    startFirestore(optionsOf('firestore')),
    startPubsub({ ...optionsOf('pubsub'), functionsSocket }),
    startCompute({ ...optionsOf('compute'), startMetadata, ...given }),
    startStorage(optionsOf('storage')),
    startSecrets(optionsOf('secrets')),
  ]);
  if (hasBucket) for (const bucket of [BUCKETS.results, BUCKETS.live]) storage.ensureBucket(bucket);
  await firestore.setDocument(`projects/${PROJECT}/databases/${NAMES.database}/documents/${DEPLOYMENT_SETTINGS}`, {
    v: 1,
    buckets: { ...BUCKETS },
    topics: { ...NAMES.topics },
    version: VERSION,
    oldestClient: VERSION,
  });
  const here = {
    ...{ v: 1 as const, pid: process.pid, deployment: 'mymlops' },
    ...{ firestore: firestore.address, pubsub: pubsub.address },
    ...{ compute: compute.address, storage: storage.address, secrets: secrets.address },
  };
  const tokens = { request: auth.tokenOf('request'), event: auth.tokenOf('event'), sweep: auth.tokenOf('sweep') };
  return {
    endpoints: { ...here, token: TOKEN },
    functionsEndpoints: { ...here, tokens, identityKeys: { ...identityKey?.publicKeys } },
    pubsub,
    compute,
    functionsSocket,
    async close() {
      await compute.destroyAll();
      await Promise.all([firestore, pubsub, compute, storage, secrets].map((service) => service.close()));
    },
  };
}
