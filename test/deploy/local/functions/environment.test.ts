// The environment of the functions: what is set, and what of the user's is let through.
import { functionsEnvironment } from '../../../../deploy/local/functions/environment';

const SETTINGS = {
  ...{ deployment: 'd', heartbeatSeconds: 5, progressSeconds: 1, graceSeconds: 570 },
  endpointsFile: '/state/functions/endpoints.json',
  buckets: { results: 'of-results', live: 'of-live' },
};

test('settings become variables', () => {
  expect(functionsEnvironment(SETTINGS, {})).toEqual({
    MYMLOPS_PROJECT: 'local',
    MYMLOPS_DEPLOYMENT: 'd',
    MYMLOPS_ENDPOINTS: '/state/functions/endpoints.json',
    MYMLOPS_RESULTS_BUCKET: 'of-results',
    MYMLOPS_LIVE_BUCKET: 'of-live',
    MYMLOPS_PRELOAD: '1',
    MYMLOPS_HEARTBEAT_SECONDS: '5',
    MYMLOPS_PROGRESS_SECONDS: '1',
    MYMLOPS_GRACE_SECONDS: '570',
    MYMLOPS_ALLOWED_IMAGE_PROJECTS: '*',
    MYMLOPS_VM_SERVICE_ACCOUNT: 'd-agent@local.iam.gserviceaccount.com',
    MYMLOPS_ALLOWED_SERVICE_ACCOUNTS: '*',
    METADATA_SERVER_DETECTION: 'none',
  });
});

test.each([
  ['PATH', true],
  ['HOME', true],
  ['TMPDIR', true],
  ['FIRESTORE_EMULATOR_HOST', false],
  ['PUBSUB_EMULATOR_HOST', false],
  ['GOOGLE_APPLICATION_CREDENTIALS', false],
  ['HTTPS_PROXY', false],
  ['NODE_OPTIONS', false],
])("the user's %s is passed on: %s", (name, isPassedOn) => {
  expect(name in functionsEnvironment(SETTINGS, { [name]: 'x' })).toBe(isPassedOn);
});
