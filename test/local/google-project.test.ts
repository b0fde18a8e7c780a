// Reading a deployment on Google, as the wire shows it: the real client, signed in in each of the ways that gcloud and VMs know.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Desk, newDesk } from './desk';
import { type Answer, type Call, CERTIFICATE, type PretendGoogle, startPretendGoogle } from './pretend-google';

const RUN = '20260101-000000-aaaa';
const DOCUMENTS = 'projects/my-project/databases/mymlops-runs/documents';
const USER = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' };

const AT = '2026-01-01T00:00:01.000000Z';
const RUNS = [
  {
    document: {
      name: `${DOCUMENTS}/runs/${RUN}`,
      fields: {
        v: { integerValue: '1' },
        status: { stringValue: 'queued' },
        message: { stringValue: '' },
        submittedAt: { stringValue: '2026-01-01T00:00:00.000Z' },
        live: { booleanValue: true },
        attempts: { mapValue: {} },
      },
    },
    readTime: AT,
  },
];

let desk: Desk;
const closing: (() => void)[] = [];
beforeAll(async () => {
  desk = await newDesk({ isCold: true, config: 'project: my-project\ncommit: {command: ./run.sh}\n' });
  desk.write('google.pem', CERTIFICATE);
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
afterAll(() => desk.close());

/** Google with `firestore` as the answer to each query of runs. It has no instances. */
async function googleWith(firestore: () => Answer): Promise<PretendGoogle> {
  const google = await startPretendGoogle((call) => {
    const { host, path } = call;
    if (host === 'firestore.googleapis.com') return isOfRuns(call) ? firestore() : { body: [{ readTime: AT }] };
    if (host === 'oauth2.googleapis.com') return { body: { access_token: 'of oauth2', expires_in: 3600 } };
    const isImpersonation = host === 'iamcredentials.googleapis.com' && path.endsWith(':generateAccessToken');
    return isImpersonation
      ? { body: { accessToken: 'of iamcredentials', expireTime: new Date(Date.now() + 3_600_000).toISOString() } }
      : undefined;
  });
  closing.push(google.close);
  return google;
}

function deskOn(google: PretendGoogle, credentials: object, more: Record<string, string> = {}): Desk {
  desk.write('key.json', JSON.stringify(credentials));
  return desk.withEnvironment({
    ...google.environment(`${desk.project}/google.pem`),
    GOOGLE_APPLICATION_CREDENTIALS: `${desk.project}/key.json`,
    ...more,
  });
}

const isOfRuns = ({ body }: Pick<Call, 'body'>): boolean => body.includes('"collectionId":"runs"');

const queriesOfRuns = (google: PretendGoogle): Call[] =>
  google.calls.filter((call) => call.host === 'firestore.googleapis.com' && isOfRuns(call));

const serviceAccount = () => ({
  type: 'service_account',
  project_id: 'my-project',
  client_email: 'me@my-project.iam.gserviceaccount.com',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
});

test.each([
  ['a user', () => USER, 'Bearer of oauth2', undefined],
  ['a user with a quota project', () => ({ ...USER, quota_project_id: 'pays' }), 'Bearer of oauth2', 'pays'],
  ['the key of a service account', serviceAccount, 'Bearer of oauth2', undefined],
  [
    'a user instead of a service account',
    () => ({
      type: 'impersonated_service_account',
      source_credentials: USER,
      delegates: [],
      service_account_impersonation_url:
        'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/me@my-project.iam.gserviceaccount.com:generateAccessToken',
    }),
    'Bearer of iamcredentials',
    undefined,
  ],
])('%s reads runs', async (_who, credentials, authorization, quotaProject) => {
  const google = await googleWith(() => ({ body: RUNS }));
  const { code, stdout, stderr } = await deskOn(google, credentials()).client('ps', '--json', '-n', '5');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ run: RUN, status: 'queued' })]);
  const [call, ...others] = queriesOfRuns(google);
  expect(others).toEqual([]);
  expect(call).toMatchObject({ path: `/v1/${DOCUMENTS}:runQuery`, headers: { authorization } });
  expect(call?.headers['x-goog-user-project']).toBe(quotaProject);
  expect(JSON.parse(call?.body ?? '')).toEqual({
    structuredQuery: {
      from: [{ collectionId: 'runs' }],
      orderBy: ['submittedAt', '__name__'].map((fieldPath) => ({ field: { fieldPath }, direction: 'DESCENDING' })),
      limit: 5,
    },
  });
});

test('a VM of Google reads runs with the token of its metadata server', async () => {
  const metadata = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    const isToken = request.url?.includes('/token') === true;
    response.end(isToken ? JSON.stringify({ access_token: 'of metadata', expires_in: 3600 }) : '{}');
  });
  await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
  closing.push(() => metadata.close());
  const host = `127.0.0.1:${(metadata.address() as AddressInfo).port}`;
  const google = await googleWith(() => ({ body: RUNS }));
  const on = deskOn(google, {}, { GOOGLE_APPLICATION_CREDENTIALS: '', GCE_METADATA_HOST: host });
  expect(await on.client('ps', '--json')).toMatchObject({ code: 0, stderr: '' });
  expect(queriesOfRuns(google)).toMatchObject([{ headers: { authorization: 'Bearer of metadata' } }]);
});

const refused = (code: number, status: string, message: string): Answer => ({
  status: code,
  body: [{ error: { code, message, status } }],
});

test.each([
  [
    refused(403, 'PERMISSION_DENIED', 'Missing or insufficient permissions.'),
    /^Missing or insufficient permissions\. It needs datastore\.entities\.get, datastore\.entities\.list on \S+\. Your account lacks the permission\./,
  ],
  [
    refused(404, 'NOT_FOUND', 'The database mymlops-runs does not exist for project my-project.'),
    /^The database mymlops-runs does not exist for project my-project\. It does not exist\. Check the project/,
  ],
  [
    refused(403, 'PERMISSION_DENIED', 'Cloud Firestore API has not been used in project my-project before.'),
    /This Google service is not enabled in the project\./,
  ],
])('Firestore refuses', async (answer, sentence) => {
  const google = await googleWith(() => answer);
  const { code, stdout, stderr } = await deskOn(google, USER).client('ps');
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(queriesOfRuns(google)).toHaveLength(1);
});

test('a Firestore that is not available for a moment is called again', async () => {
  let calls = 0;
  const google = await googleWith(() =>
    ++calls < 3 ? refused(503, 'UNAVAILABLE', 'The service is currently unavailable.') : { body: RUNS },
  );
  expect(await deskOn(google, USER).client('ps', '--json')).toMatchObject({ code: 0, stderr: '' });
  expect(calls).toBe(3);
});
