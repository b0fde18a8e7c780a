// VMs that run keep the history they were made with.
import { requireSameHistory } from '../../../../deploy/local/emulators/history';

const [A, B] = ['127.0.0.1:1', '127.0.0.1:2'];

test.each([
  ['none, then and now', {}, {}],
  ['the same', { firestore: A, pubsub: B }, { firestore: A, pubsub: B }],
])('%s', (_what, before, now) => {
  expect(() => requireSameHistory(before, now)).not.toThrow();
});

test.each([
  ['an emulator that was there is missing', { firestore: A }, {}, `export FIRESTORE_EMULATOR_HOST=${A}`],
  ['an emulator is new', {}, { firestore: A }, 'unset FIRESTORE_EMULATOR_HOST'],
  ['another address', { pubsub: A }, { pubsub: B }, `export PUBSUB_EMULATOR_HOST=${A}`],
  ['both', { firestore: A }, { pubsub: B }, `export FIRESTORE_EMULATOR_HOST=${A}; unset PUBSUB_EMULATOR_HOST`],
])('%s: refused with the way back', (_what, before, now, remedy) => {
  expect(() => requireSameHistory(before, now)).toThrow(remedy);
  expect(() => requireSameHistory(before, now)).toThrow('mymlops-client local reset');
});
