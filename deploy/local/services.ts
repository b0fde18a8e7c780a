// Starts the stand-ins for Google's services and passes to each what it needs of another one. Where the user gave the
// address of Google's emulator, that takes the stand-in's place.
import type { Emulators } from '@mymlops/protocol';
import type { ComputeOptions } from './compute';
import type { VmRunner } from './compute/vm-runner';
import type { FirestoreServer, PubsubServer } from './shared/servers';
import type { ServiceOptions } from './shared/service';
import type { IdentityKey } from './state/identity-key';
import { SERVICES, type ServiceName } from './state/state-folder';

export interface ServicesOptions {
  optionsOf: (name: ServiceName) => ServiceOptions;
  functionsSocket: string;
  pushToken: string;
  identityKey: IdentityKey;
  emulators: Emulators;
  /** How VMs run; by default as processes of this computer. */
  vmRunner: VmRunner | undefined;
}

export type Services = Awaited<ReturnType<typeof startServices>>;

/** Starts all in parallel. If one fails the others are closed again, and the error names it. */
export async function startServices(options: ServicesOptions) {
  const { optionsOf, functionsSocket, pushToken, identityKey, emulators, vmRunner: runner } = options;
  const started = await Promise.allSettled([
    startFirestoreServer(optionsOf('firestore'), emulators.firestore),
    startPubsubServer({ ...optionsOf('pubsub'), functionsSocket, pushToken }, emulators.pubsub),
    startComputeServer({ ...optionsOf('compute'), identityKey, ...(runner && { runner }) }),
    import('./storage').then(({ startStorage }) => startStorage(optionsOf('storage'))),
    import('./secrets').then(({ startSecrets }) => startSecrets(optionsOf('secrets'))),
  ]);
  const [firestore, pubsub, compute, storage, secrets] = started;
  const areAll =
    firestore.status === 'fulfilled' &&
    pubsub.status === 'fulfilled' &&
    compute.status === 'fulfilled' &&
    storage.status === 'fulfilled' &&
    secrets.status === 'fulfilled';
  if (areAll) {
    return {
      ...{ firestore: firestore.value, pubsub: pubsub.value, compute: compute.value },
      ...{ storage: storage.value, secrets: secrets.value },
    };
  }
  await Promise.allSettled(started.map(async (one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  const failures = started.flatMap((one, index) =>
    one.status === 'rejected' ? [`${SERVICES[index]}: ${one.reason}`] : [],
  );
  throw new Error(`not started: ${failures.join('; ')}`);
}

async function startFirestoreServer(options: ServiceOptions, emulator?: string): Promise<FirestoreServer> {
  if (emulator === undefined) return (await import('./firestore')).startFirestore(options);
  return (await import('./emulators/firestore')).useFirestoreEmulator(emulator);
}

async function startPubsubServer(
  options: ServiceOptions & { functionsSocket: string; pushToken: string },
  emulator?: string,
): Promise<PubsubServer> {
  if (emulator === undefined) return (await import('./pubsub')).startPubsub(options);
  return (await import('./emulators/pubsub')).usePubsubEmulator(emulator, options);
}

async function startComputeServer(options: ServiceOptions & Pick<ComputeOptions, 'identityKey' | 'runner'>) {
  const [{ startCompute }, { startMetadata }] = await Promise.all([import('./compute'), import('./metadata')]);
  return startCompute({ ...options, startMetadata });
}
