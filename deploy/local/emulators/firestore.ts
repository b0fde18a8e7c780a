// Google's Firestore emulator in the place of our Firestore. It is the user's: never started or stopped here.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { FirestoreServer } from '../shared/servers';
import { requireAnswer } from './rest';

/** Throws where there is no Firestore at `address`. What has expired is not deleted: the emulator has no such policies. */
export async function useFirestoreEmulator(address: string): Promise<FirestoreServer> {
  await requireAnswer(address, 'GET', `/v1/projects/${LOCAL_PROJECT}/databases/(default)/documents/runs?pageSize=1`);
  return { address, listeners: () => 0, close: async () => undefined };
}
