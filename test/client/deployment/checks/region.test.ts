// The region, and the database whose name the deployment takes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../../../client/src/google/administration';
import { checkDatabase, checkRegion } from '../../../../client/src/deployment/checks/region';
import { REGIONS } from '../../../../client/src/deployment/regions';
import { anAdministration, aWanted, off, PROJECT, refused, value } from './an-administration';

const LACKS = 'does not exist, or lacks Firestore, Cloud Run functions, Cloud Scheduler or Artifact Registry.';

test.each(['europe-west4', 'us-central1'])('region %s has everything', (region) => {
  expect(checkRegion(PROJECT, { region })).toEqual([]);
});

test.each([
  [
    'europe-wset4',
    `Region europe-wset4 ${LACKS} Is it europe-west4?`,
    'mymlops-client deploy --project my-project --region europe-west4',
  ],
  [
    'mars',
    `Region mars ${LACKS} Choose one of: ${REGIONS.join(', ')}.`,
    'mymlops-client deploy --project my-project --region REGION',
  ],
  [
    'us-central1-b',
    'us-central1-b is a zone. A deployment is in a region, such as us-central1.',
    'mymlops-client deploy --project my-project --region us-central1',
  ],
])('%s stops it', (region, sentence, remedy) => {
  expect(checkRegion(PROJECT, { region })).toEqual([{ severity: 'stop', about: 'region', sentence, remedy }]);
});

test('the regions are those of regions.tf', () => {
  const path = join(__dirname, '../../../../deploy/gcp/modules/mymlops/modules/plan/regions.tf');
  const names = [...readFileSync(path, 'utf8').matchAll(/^ +"([^"]+)",$/gm)].map(([, name]) => name);
  expect(REGIONS).toEqual(names);
});

const withDatabase = (found: Database | undefined) => anAdministration({ databases: { get: () => value(found) } });
const NATIVE = 'FIRESTORE_NATIVE';

test('no database of the name, or that of an existing deployment', async () => {
  const found = { location: 'europe-west4', type: NATIVE };
  expect(await checkDatabase(withDatabase(undefined), aWanted())).toEqual([]);
  expect(await checkDatabase(withDatabase(found), aWanted({ isNew: false }))).toEqual([]);
});

test('only the database of this deployment is read', async () => {
  const asked: string[] = [];
  const get = (id: string) => {
    asked.push(id);
    return value(undefined);
  };
  await checkDatabase(anAdministration({ databases: { get } }), aWanted({ deployment: 'team' }));
  expect(asked).toEqual(['team-runs']);
});

test.each([
  [
    { location: 'us-central1', type: NATIVE },
    {
      sentence:
        'The database team-runs is in us-central1, and cannot move to europe-west4. Make the deployment there, or set another `deployment` in mymlops.yml.',
      remedy: 'mymlops-client deploy --project my-project --region us-central1',
    },
  ],
  [
    { location: 'eur3', type: NATIVE },
    {
      sentence:
        'The database team-runs is in eur3, and cannot move to europe-west4. Set another `deployment` in mymlops.yml.',
    },
  ],
  [
    { location: 'europe-west4', type: 'DATASTORE_MODE' },
    {
      sentence: 'The name team-runs is taken by a database in Datastore mode. Set another `deployment` in mymlops.yml.',
    },
  ],
])('a database %j of the name stops it', async (found, expected) => {
  expect(await checkDatabase(withDatabase(found), aWanted())).toEqual([
    { severity: 'stop', about: 'database', ...expected },
  ]);
});

test('a new deployment takes over the history of an earlier one', async () => {
  expect(await checkDatabase(withDatabase({ location: 'europe-west4', type: NATIVE }), aWanted())).toEqual([
    {
      ...{ severity: 'warning', about: 'database' },
      sentence: 'The database team-runs exists: an earlier deployment of this name left its history there.',
    },
  ]);
});

test.each([
  [
    'Firestore is off: the check awaits it',
    () => off('firestore.googleapis.com'),
    {
      sentence: 'Whether there is a database team-runs could not be checked: firestore.googleapis.com is off.',
      remedy: 'gcloud services enable firestore.googleapis.com --project my-project',
      awaitsApi: 'firestore.googleapis.com',
    },
  ],
  [
    'the right is missing',
    () => refused({}),
    {
      sentence:
        'Whether there is a database team-runs could not be checked: you lack the permission datastore.databases.getMetadata.',
    },
  ],
])('%s', async (_name, get, expected) => {
  expect(await checkDatabase(anAdministration({ databases: { get } }), aWanted())).toEqual([
    { severity: 'warning', about: 'database', ...expected },
  ]);
});
