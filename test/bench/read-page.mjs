// The floor of `ps`: what a program of ten lines needs for the same page. `node read-page.mjs ENDPOINTS LIMIT`
import { readFileSync } from 'node:fs';
import { Firestore } from '@google-cloud/firestore';

const { firestore, token } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const database = new Firestore({
  projectId: 'local',
  databaseId: 'mymlops-runs',
  host: firestore,
  ssl: false,
  customHeaders: { Authorization: `Bearer ${token}` },
  clientOptions: { universeDomain: 'googleapis.com' },
});
const page = await database.collection('runs').orderBy('submittedAt', 'desc').limit(Number(process.argv[3])).get();
for (const document of page.docs) console.log(document.id, document.get('status'), document.get('notebook'));
process.exit(0);
