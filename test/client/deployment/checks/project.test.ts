// The project: whether it exists, is active, and has billing.
import type { Administration } from '../../../../client/src/google/administration';
import { checkBilling, checkExistence } from '../../../../client/src/deployment/checks/project';
import { anAdministration, ANN, off, PROJECT, refused, value } from './an-administration';

const RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';
const SERVICE_USAGE = 'serviceusage.googleapis.com';

const withState = (state: string): Administration =>
  anAdministration({ projects: { get: () => value({ id: PROJECT, number: '12', state }) } });

test('an active project with billing has no finding', async () => {
  expect(await checkExistence(anAdministration(), ANN)).toEqual([]);
  expect(await checkBilling(anAdministration())).toEqual([]);
});

test.each([403, 404])('a project that does not exist, or that the caller may not see (%d)', async (status) => {
  const get = () => refused({ status, message: 'The caller does not have permission' });
  expect(await checkExistence(anAdministration({ projects: { get } }), ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'project' },
      sentence:
        'There is no project my-project, or you may not see it. Google says: The caller does not have permission',
      remedy: 'gcloud projects list',
    },
  ]);
});

test('a project that may be seen, but not used for calls: the role that Google names, for who calls', async () => {
  const get = () => refused({ reason: 'USER_PROJECT_DENIED', message: 'Caller does not have required permission.' });
  expect(await checkExistence(anAdministration({ projects: { get } }), ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'project' },
      sentence:
        'There is no project my-project, or you may not use it for calls (serviceusage.services.use). Its owner can give you the role.',
      remedy:
        'gcloud projects add-iam-policy-binding my-project --member=user:ann@example.com --role=roles/serviceusage.serviceUsageConsumer',
    },
  ]);
});

test('a project that Google refuses for another reason', async () => {
  const get = () => refused({ status: 400, message: 'The id is too short.' });
  expect(await checkExistence(anAdministration({ projects: { get } }), ANN)).toEqual([
    { severity: 'stop', about: 'project', sentence: 'Project my-project could not be read: The id is too short.' },
  ]);
});

test('a project that is being deleted can be restored', async () => {
  expect(await checkExistence(withState('DELETE_REQUESTED'), ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'project', sentence: 'Project my-project is being deleted. Restore it.' },
      remedy: 'gcloud projects undelete my-project',
    },
  ]);
});

test('a state that is neither has no remedy', async () => {
  const sentence = 'Project my-project is not active: Google calls its state STATE_UNSPECIFIED.';
  expect(await checkExistence(withState('STATE_UNSPECIFIED'), ANN)).toEqual([
    { severity: 'stop', about: 'project', sentence },
  ]);
});

test('Resource Manager is off: the check awaits it, and Service Usage can enable it', async () => {
  const administration = anAdministration({
    projects: { get: () => off(RESOURCE_MANAGER) },
    services: { listEnabled: () => value([SERVICE_USAGE]) },
  });
  expect(await checkExistence(administration, ANN)).toEqual([
    {
      ...{ severity: 'warning', about: 'project', awaitsApi: RESOURCE_MANAGER },
      sentence: `Whether project my-project is active could not be checked: ${RESOURCE_MANAGER} is off.`,
      remedy: `gcloud services enable ${SERVICE_USAGE} ${RESOURCE_MANAGER} --project my-project`,
    },
  ]);
});

test.each([
  ['Service Usage is off, too', () => off(SERVICE_USAGE), `${SERVICE_USAGE} and ${RESOURCE_MANAGER}`],
  ['its APIs cannot be listed', () => refused({}), RESOURCE_MANAGER],
])('Resource Manager is off, and %s: only gcloud can enable it', async (_name, listEnabled, apis) => {
  const administration = anAdministration({
    ...{ projects: { get: () => off(RESOURCE_MANAGER) }, services: { listEnabled } },
  });
  expect(await checkExistence(administration, ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'APIs' },
      sentence: `${apis} must be enabled in project my-project, and only gcloud can do that here.`,
      remedy: `gcloud services enable ${SERVICE_USAGE} ${RESOURCE_MANAGER} --project my-project`,
    },
  ]);
});

test('no billing', async () => {
  expect(await checkBilling(anAdministration({ projects: { hasBilling: () => value(false) } }))).toEqual([
    {
      ...{ severity: 'stop', about: 'billing' },
      sentence: 'Project my-project has no active billing account, and Google enables Compute Engine only with one.',
      remedy: 'https://console.cloud.google.com/billing/linkedaccount?project=my-project',
    },
  ]);
});

test.each([
  [
    'its API is off',
    () => off('cloudbilling.googleapis.com'),
    {
      sentence: 'Billing could not be checked: cloudbilling.googleapis.com is off.',
      remedy: 'gcloud services enable cloudbilling.googleapis.com --project my-project',
      awaitsApi: 'cloudbilling.googleapis.com',
    },
  ],
  [
    'a right is missing',
    () => refused({}),
    { sentence: 'Billing could not be checked: you lack the permission resourcemanager.projects.get.' },
  ],
  [
    'Google names the missing right',
    () => refused({ permission: 'billing.resourceAssociations.list' }),
    { sentence: 'Billing could not be checked: you lack the permission billing.resourceAssociations.list.' },
  ],
  [
    'Google refuses for another reason',
    () => refused({ status: 400, message: 'Bad request.' }),
    { sentence: 'Billing could not be checked: Bad request.' },
  ],
])('billing is a warning if %s', async (_name, hasBilling, expected) => {
  expect(await checkBilling(anAdministration({ projects: { hasBilling } }))).toEqual([
    { severity: 'warning', about: 'billing', ...expected },
  ]);
});
