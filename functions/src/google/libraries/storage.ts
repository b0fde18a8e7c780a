// Loaded by import() at the first call: see firestore.ts.
export { Storage } from '@google-cloud/storage';
