// Loaded by import() at the first token: see firestore.ts. These names alone: the rest stays out of the bundle.
export { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
