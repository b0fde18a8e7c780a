// How client and functions reach Google, or the local cloud instead. Of Google's libraries this imports types only:
// each program loads them when it needs them, and hands them in.
export * from './deadline';
export * from './failure-code';
export * from './firestore';
export * from './lazily';
export * from './missing-permission';
export * from './pubsub';
export * from './storage';
export * from './until-failure';
