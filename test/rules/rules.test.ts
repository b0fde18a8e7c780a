// firestore.rules on Google's own emulator: who comes without rights of the project gets nothing, who has them everything.
import { join } from 'node:path';
import {
  clientOf,
  describeGooglesFirestore,
  startGooglesFirestore,
  type FirestoreServer,
} from '../emulators/firestore';

const RULES = join(__dirname, '../../firestore.rules');
const PATH = 'runs/20260101-000000-aaaa';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** As Firebase Authentication makes one, but for the signature, which the emulator does not look at. */
const FIREBASE_TOKEN = `${part({ alg: 'none', typ: 'JWT' })}.${part({
  ...{ iss: 'https://securetoken.google.com/local', aud: 'local', sub: 'ada', user_id: 'ada' },
  ...{ iat: 0, exp: 4_102_444_800, auth_time: 0, firebase: { sign_in_provider: 'password', identities: {} } },
})}.`;

describeGooglesFirestore('firestore.rules', () => {
  let server: FirestoreServer;
  beforeAll(async () => {
    server = await startGooglesFirestore([`--rules=${RULES}`]);
    const owner = clientOf(server);
    await owner.doc(PATH).set({ v: 1 });
    await owner.terminate();
  });
  afterAll(() => server.close());

  const call = async (token: string | undefined, method: string, path: string, body?: object): Promise<number> => {
    const url = `http://${server.endpoints.firestore}/v1/projects/local/databases/mymlops-runs/documents${path}`;
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    return (await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })).status;
  };
  const query = { structuredQuery: { from: [{ collectionId: 'runs' }] } };
  const fields = { fields: { v: { integerValue: '2' } } };
  const CALLS: [string, string, string, object?][] = [
    ['reads a run', 'GET', `/${PATH}`],
    ['lists the runs', 'GET', '/runs'],
    ['queries the runs', 'POST', ':runQuery', query],
    ['reads what is in no list of ours', 'GET', '/anything/at/all/below'],
    ['creates a run', 'POST', '/runs?documentId=new', fields],
    ['writes over a run', 'PATCH', `/${PATH}`, fields],
    ['deletes a run', 'DELETE', `/${PATH}`],
  ];

  describe.each([
    ['nobody', undefined],
    ['a user with a Firebase token', FIREBASE_TOKEN],
  ])('%s', (_who, token) => {
    test.each(CALLS)('never %s', async (_what, ...request) => {
      expect(await call(token, ...request)).toBe(403);
    });
  });

  test('an identity of the project reads and writes what the others could not touch', async () => {
    const owner = clientOf(server);
    const found = await owner.doc(PATH).get();
    expect([found.data(), (await owner.collection('runs').get()).size]).toEqual([{ v: 1 }, 1]);
    await owner.doc(PATH).delete();
    expect(await call('owner', 'GET', `/${PATH}`)).toBe(404);
    await owner.terminate();
  });
});
