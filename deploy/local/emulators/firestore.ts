// Google's Firestore emulator in place of our stand-in. It belongs to the user: we never start or stop it.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import { toFields } from '../shared/firestore-fields';
import type { FirestoreServer } from '../shared/servers';
import { requireAnswer } from './rest';

/** Throws if no Firestore answers at `address`. Expired documents stay: the emulator has no TTL policies. */
export async function useFirestoreEmulator(address: string): Promise<FirestoreServer> {
  await requireAnswer(address, 'GET', `/v1/projects/${LOCAL_PROJECT}/databases/(default)/documents/any?pageSize=1`);
  return {
    address,
    async setDocument(name, value) {
      const [root = ''] = name.split('/documents/', 1);
      const body = { writes: [{ update: { name, fields: toFields(value) } }] };
      await requireAnswer(address, 'POST', `/v1/${root}/documents:commit`, { body });
    },
    listeners: () => 0,
    close: async () => undefined,
  };
}
