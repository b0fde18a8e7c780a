// The sign-in of who deploys: none, an expired one, one that Google does not accept, and an account to act as.
import { RestError } from '../../../../client/src/google/rest';
import { ImpersonationRefused } from '../../../../client/src/google/administration';
import { checkProject } from '../../../../client/src/deployment/checks/check-project';
import { anAdministration, aWanted } from './an-administration';

const checked = (caller: () => Promise<never>) => checkProject(anAdministration({ caller }), aWanted());

test.each([
  [
    'no credentials',
    new Error('Could not load the default credentials. Browse to https://cloud.google.com/docs for more information.'),
    'You are not signed in to Google Cloud. Run: gcloud auth application-default login',
  ],
  [
    'an expired sign-in',
    new RestError(16, 'The sign-in was refused (invalid_grant: Token has been expired or revoked.)'),
    'Your sign-in to Google Cloud has expired or was revoked. Sign in again: gcloud auth application-default login',
  ],
])('%s: the only finding, with the command that signs in', async (_name, error, sentence) => {
  expect(await checked(() => Promise.reject(error))).toEqual([{ severity: 'stop', about: 'credentials', sentence }]);
});

const NOT_ACCEPTED = {
  severity: 'stop',
  about: 'credentials',
  sentence: 'Google does not accept your sign-in: Request had invalid authentication credentials.',
  remedy: 'gcloud auth application-default login',
};

test.each([16, 401])('a sign-in that Google does not accept, with code %d', async (code) => {
  const error = new RestError(code, 'Request had invalid authentication credentials.');
  expect(await checked(() => Promise.reject(error))).toEqual([NOT_ACCEPTED]);
});

test('a sign-in that Google does not accept is seen at the first call that needs it, too', async () => {
  const get = () => Promise.reject(new RestError(401, 'Request had invalid authentication credentials.'));
  expect(await checkProject(anAdministration({ projects: { get } }), aWanted())).toEqual([NOT_ACCEPTED]);
});

test('the caller may not act as the account of --impersonate', async () => {
  const error = new ImpersonationRefused(7, 'Permission denied.');
  error.account = 'ci@my-project.iam.gserviceaccount.com';
  expect(await checked(() => Promise.reject(error))).toEqual([
    {
      ...{ severity: 'stop', about: 'credentials' },
      sentence:
        'You may not act as ci@my-project.iam.gserviceaccount.com, or there is no such account (iam.serviceAccounts.getAccessToken): Permission denied.',
      remedy:
        'gcloud iam service-accounts add-iam-policy-binding ci@my-project.iam.gserviceaccount.com --member=user:EMAIL --role=roles/iam.serviceAccountTokenCreator',
    },
  ]);
});

test('with --impersonate, the API that gives tokens of accounts is off', async () => {
  const error = new ImpersonationRefused(
    7,
    'IAM Service Account Credentials API has not been used in project 12 before.',
  );
  error.account = 'ci@my-project.iam.gserviceaccount.com';
  error.refusal = {
    ...{ status: 403, reason: 'SERVICE_DISABLED', service: 'iamcredentials.googleapis.com' },
    message: error.message,
  };
  expect(await checked(() => Promise.reject(error))).toEqual([
    {
      ...{ severity: 'stop', about: 'credentials' },
      sentence:
        'To act as ci@my-project.iam.gserviceaccount.com: The API iamcredentials.googleapis.com is off in project my-project.',
      remedy: 'gcloud services enable iamcredentials.googleapis.com --project my-project',
    },
  ]);
});

test('a network that fails is not a finding', async () => {
  await expect(checked(() => Promise.reject(new Error('connect ECONNREFUSED')))).rejects.toThrow('ECONNREFUSED');
});
