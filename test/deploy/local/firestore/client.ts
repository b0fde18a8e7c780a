// Google's own Firestore client on a stand-in or an emulator.
import { Firestore } from '@google-cloud/firestore';
import { PassThroughClient } from 'google-auth-library';
import { PROJECT } from '../harness';

export interface ClientOptions {
  address: string;
  token: string;
  databaseId?: string;
  projectId?: string;
}

export function firestoreClient({
  address,
  token,
  databaseId = 'mymlops-runs',
  projectId = PROJECT,
}: ClientOptions): Firestore {
  return new Firestore({
    projectId,
    databaseId,
    host: address,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${token}` },
    authClient: new PassThroughClient(), // otherwise the library looks for credentials on the network
  });
}
