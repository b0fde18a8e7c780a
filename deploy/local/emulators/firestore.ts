// Google's Firestore emulator in place of our stand-in. It belongs to the user: we never start or stop it.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { FirestoreServer } from '../shared/servers';
import { requireAnswer } from './rest';

/** Throws if no Firestore answers at `address`. Expired documents stay: the emulator has no TTL policies. */
export async function useFirestoreEmulator(address: string): Promise<FirestoreServer> {
  await requireAnswer(address, 'GET', `/v1/projects/${LOCAL_PROJECT}/databases/(default)/documents/any?pageSize=1`);
  return { address, listeners: () => 0, close: async () => undefined };
}
