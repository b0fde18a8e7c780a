// The command that renews a login: it must reach the file that the libraries read.
import { type Login, renewalOf, withRenewal } from '../../../client/src/google/login';

const login = (overrides: Partial<Login> = {}): Login => ({
  ...{
    type: 'authorized_user',
    kind: 'the login of a user',
    file: '/f',
    variable: null,
    account: null,
    impersonates: null,
  },
  ...overrides,
});
const acting = { type: 'impersonated_service_account', impersonates: 'robot@p.iam.gserviceaccount.com' };

test.each<[string, Login, string]>([
  ['a user', login(), 'gcloud auth application-default login'],
  [
    'a file that a variable names, to which gcloud does not write',
    login({ variable: 'GOOGLE_APPLICATION_CREDENTIALS' }),
    'unset GOOGLE_APPLICATION_CREDENTIALS && gcloud auth application-default login',
  ],
  [
    'a login that acts as an account: a plain one would act as the user',
    login(acting),
    'gcloud auth application-default login --impersonate-service-account=robot@p.iam.gserviceaccount.com',
  ],
])('%s', (_what, given, command) => {
  expect(renewalOf(given)).toBe(command);
  expect(withRenewal('Sign in again: gcloud auth application-default login', given)).toBe(`Sign in again: ${command}`);
});
