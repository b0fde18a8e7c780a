// Addresses of the local cloud, and which of them are an emulator's.
import { emulatorsIn, hostAndPort, isLoopbackAddress, tokenFor, type Endpoints } from '@mymlops/protocol';

test.each([
  ['127.0.0.1:8080', true],
  ['localhost:1', true],
  ['[::1]:65535', true],
  ['127.0.0.1:65536', false],
  ['127.0.0.1:0', false],
  ['127.0.0.1', false],
  ['0.0.0.0:80', false],
  ['192.168.1.2:80', false],
  ['localhost.example.com:80', false],
  ['http://127.0.0.1:80', false],
  ['', false],
])('%j is an address of this computer: %s', (text, isOne) => {
  expect(isLoopbackAddress(text)).toBe(isOne);
});

test.each([
  ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
  ['[::1]:8080', { host: '[::1]', port: 8080 }],
])('%s taken apart', (address, parts) => {
  expect(hostAndPort(address)).toEqual(parts);
});

const ENDPOINTS: Endpoints = {
  v: 1,
  pid: 1,
  deployment: 'mymlops',
  token: 't'.repeat(32),
  firestore: '127.0.0.1:1',
  pubsub: '127.0.0.1:2',
  compute: '127.0.0.1:3',
  storage: '127.0.0.1:4',
};

test('without emulators, every service has our token', () => {
  expect(emulatorsIn(ENDPOINTS)).toEqual({});
  expect(tokenFor('firestore', ENDPOINTS)).toBe(ENDPOINTS.token);
});

test('an emulator has its address, and never gets our token', () => {
  const endpoints: Endpoints = { ...ENDPOINTS, emulators: ['pubsub'] };
  expect(emulatorsIn(endpoints)).toEqual({ pubsub: '127.0.0.1:2' });
  expect([tokenFor('pubsub', endpoints), tokenFor('firestore', endpoints)]).toEqual(['owner', ENDPOINTS.token]);
});
