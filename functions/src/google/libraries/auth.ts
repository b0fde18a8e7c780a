// Loaded by import() at the first call: see firestore.ts.
export { OAuth2Client } from 'google-auth-library';
