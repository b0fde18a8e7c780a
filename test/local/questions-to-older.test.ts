// A deployment on Google whose functions are older than the questions of `gpus` and `validate --remote`: nothing is sent to them.
import { CERTIFICATE, startPretendGoogle } from './pretend-google';
import { type Desk, newDesk } from './desk';

const USER = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' };
const text = (stringValue: string) => ({ stringValue });
const map = (fields: object) => ({ mapValue: { fields } });

/** `deployment/settings`, as version 0.1.0 has written it. */
const SETTINGS = [
  {
    found: {
      name: 'projects/my-project/databases/mymlops-runs/documents/deployment/settings',
      fields: {
        v: { integerValue: '1' },
        region: text('europe-west4'),
        buckets: map({ results: text('a'), live: text('b') }),
        topics: map({
          requests: text('mymlops-requests'),
          events: text('mymlops-events'),
          sweeps: text('mymlops-sweeps'),
        }),
        version: text('0.1.0'),
        oldestClient: text('0.1.0'),
      },
    },
    readTime: '2026-01-01T00:00:01.000000Z',
  },
];

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ isCold: true, config: 'project: my-project\ncommit: {command: ./run.sh}\n' });
  desk.write('google.pem', CERTIFICATE);
  desk.write('key.json', JSON.stringify(USER));
});
afterAll(() => desk.close());

const SENTENCE =
  'Deployment "mymlops" has version 0.1.0, which does not answer this question: 0.2.0 is the first that does. Upgrade it: mymlops-client deploy --project my-project';

test.each([
  ['gpus', ['gpus']],
  ['validate --remote', ['validate', '--remote', '--json']],
])('%s: the line that upgrades the deployment', async (_what, args) => {
  const google = await startPretendGoogle(({ host }) => {
    if (host === 'firestore.googleapis.com') return { body: SETTINGS };
    return host === 'oauth2.googleapis.com' ? { body: { access_token: 'token', expires_in: 3600 } } : undefined;
  });
  try {
    const { code, stdout, stderr } = await desk
      .withEnvironment({
        ...google.environment(`${desk.project}/google.pem`),
        GOOGLE_APPLICATION_CREDENTIALS: `${desk.project}/key.json`,
      })
      .client(...args);
    expect({ code, said: stdout + stderr }).toEqual({ code: 1, said: expect.stringContaining(said(args)) });
    expect(google.calls.filter(({ host }) => host.startsWith('pubsub'))).toEqual([]);
  } finally {
    google.close();
  }
});

const said = (args: readonly string[]): string => (args.includes('--json') ? JSON.stringify(SENTENCE) : SENTENCE);
