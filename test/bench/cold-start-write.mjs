// The floor of a cold start: what a function needs at least that writes the same documents with Google's library.
import { cloudEvent } from '@google-cloud/functions-framework';
import { Firestore } from '@google-cloud/firestore';

const { firestore: host, database, token } = JSON.parse(process.env.FLOOR);
const firestore = new Firestore({
  projectId: 'local',
  databaseId: database,
  host,
  ssl: false,
  customHeaders: { Authorization: `Bearer ${token}` },
  clientOptions: { universeDomain: 'googleapis.com' },
});

/** `documents`: pairs of a path and its fields, or null for a document that is deleted. */
export async function write({ data }) {
  const { documents } = JSON.parse(Buffer.from(data.message.data, 'base64').toString('utf8'));
  const batch = firestore.batch();
  for (const [path, fields] of documents) {
    if (fields) batch.set(firestore.doc(path), fields);
    else batch.delete(firestore.doc(path));
  }
  await batch.commit();
}

cloudEvent('write', write);
