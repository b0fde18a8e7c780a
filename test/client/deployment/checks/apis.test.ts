// APIs that are off, and the tables of APIs against the module's own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APIS, APIS_FOR_CHECKS, APIS_OF_MODULE, SERVICES_WITH_AGENTS } from '../../../../client/src/deployment/apis';
import { checkApis } from '../../../../client/src/deployment/checks/apis';
import { anAdministration, ANN, aWanted, off, refused, value } from './an-administration';

const without = (...names: string[]) => ({
  services: { listEnabled: () => value(APIS.filter((api) => !names.includes(api))) },
});

test('nothing to say when all are on', async () => {
  expect(await checkApis(anAdministration(), aWanted(), ANN)).toEqual([]);
});

test('an API that is off is a warning: `deploy` enables it', async () => {
  expect(await checkApis(anAdministration(without('run.googleapis.com')), aWanted(), ANN)).toEqual([
    {
      ...{ severity: 'warning', about: 'APIs' },
      sentence: 'This API is off in project my-project: run.googleapis.com. `deploy` enables it.',
      remedy: 'gcloud services enable run.googleapis.com --project my-project',
    },
  ]);
});

test('with enable_apis=false they stop it', async () => {
  const administration = anAdministration(without('pubsub.googleapis.com', 'run.googleapis.com'));
  expect(await checkApis(administration, aWanted({ variables: { enable_apis: false } }), ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'APIs' },
      sentence:
        'These APIs are off in project my-project: pubsub.googleapis.com, run.googleapis.com. The variable enable_apis is false, so that `deploy` enables none.',
      remedy: 'gcloud services enable pubsub.googleapis.com run.googleapis.com --project my-project',
    },
  ]);
});

test.each([
  [
    'Service Usage itself is off',
    () => off('serviceusage.googleapis.com'),
    {
      sentence: 'The API serviceusage.googleapis.com is off in project my-project.',
      remedy: 'gcloud services enable serviceusage.googleapis.com --project my-project',
    },
  ],
  [
    'the right is missing',
    () => refused({}),
    {
      sentence:
        'You may not see which APIs are on in project my-project: you lack the permission serviceusage.services.list.',
      remedy:
        'gcloud projects add-iam-policy-binding my-project --member=user:ann@example.com --role=roles/serviceusage.serviceUsageAdmin',
    },
  ],
  [
    'Google refuses for another reason',
    () => refused({ status: 400, message: 'Bad request.' }),
    { sentence: 'The APIs of project my-project could not be listed: Bad request.' },
  ],
])('they cannot be listed: %s', async (_name, listEnabled, expected) => {
  expect(await checkApis(anAdministration({ services: { listEnabled } }), aWanted(), ANN)).toEqual([
    { severity: 'stop', about: 'APIs', ...expected },
  ]);
});

const MODULE = join(__dirname, '../../../../deploy/gcp/modules/mymlops');
const matches = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].toSorted();
const terraform = readdirSync(MODULE)
  .filter((file) => file.endsWith('.tf'))
  .map((file) => readFileSync(join(MODULE, file), 'utf8'))
  .join('\n');

test('the APIs are those of apis.tf', () => {
  const text = readFileSync(join(MODULE, 'apis.tf'), 'utf8');
  expect(APIS_OF_MODULE).toEqual(matches(text, /"([a-z]+\.googleapis\.com)"/g));
  expect(new Set(APIS).size).toBe(APIS_FOR_CHECKS.length + APIS_OF_MODULE.length);
});

test("the services with agents are those to whose accounts the module's files give rights", () => {
  const services = matches(terraform, /@gcp-sa-([a-z]+)\.iam\.gserviceaccount\.com/g);
  expect(services.length).toBeGreaterThan(0);
  expect(SERVICES_WITH_AGENTS).toEqual(services.map((service) => `${service}.googleapis.com`));
  expect(APIS_OF_MODULE).toEqual(expect.arrayContaining([...SERVICES_WITH_AGENTS]));
});
