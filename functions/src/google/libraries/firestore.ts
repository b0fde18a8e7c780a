// Loaded by import() at the first call. Google's packages are CommonJS, whose names a bundler can hand through a static
// import only: hence a module of ours between.
export { FieldValue, Firestore, Timestamp } from '@google-cloud/firestore';
