// All checks together: their order, which of them are left out, and that none changes anything.
import { checkProject } from '../../../../client/src/deployment/checks/check-project';
import { APIS } from '../../../../client/src/deployment/apis';
import { anAdministration, aWanted, off, refused, value } from './an-administration';

const VMS = [{ name: 'commit', zoneRegex: 'europe-' }];

/** A project in which each check finds something. */
const inTrouble = () =>
  anAdministration({
    projects: { hasBilling: () => value(false), allowed: () => value(['pubsub.topics.create']) },
    services: { listEnabled: () => value(APIS.slice(1)) },
    quotas: { ofProject: () => value([{ metric: 'NETWORKS', limit: 1, usage: 1 }]) },
    policies: {
      effective: (constraint) =>
        value({ constraint, rules: constraint === 'gcp.resourceLocations' ? [{ denyAll: true }] : [] }),
    },
    databases: { get: () => value({ location: 'us-east1', type: 'FIRESTORE_NATIVE' }) },
  });

const subjects = (findings: { about: string }[]): string[] => [...new Set(findings.map(({ about }) => about))];

test('all is well', async () => {
  expect(await checkProject(anAdministration(), aWanted({ vms: VMS }))).toEqual([]);
});

test('all findings at once, in the order in which they are corrected', async () => {
  expect(subjects(await checkProject(inTrouble(), aWanted({ vms: VMS })))).toEqual([
    ...['billing', 'APIs', 'rights', 'database', 'quotas', 'policies'],
  ]);
});

test('a region that is not known leaves out the checks that are about it', async () => {
  expect(subjects(await checkProject(inTrouble(), aWanted({ region: 'europe-west4-a' })))).toEqual([
    ...['billing', 'APIs', 'rights', 'region', 'quotas'],
  ]);
});

test('no other check is made of a project that the caller cannot see', async () => {
  const never = () => Promise.reject(new Error('asked'));
  const administration = anAdministration({
    projects: { get: () => refused({}), hasBilling: never, allowed: never },
    ...{ databases: { get: never }, policies: { effective: never }, quotas: { ofProject: never, ofRegions: never } },
  });
  expect(subjects(await checkProject(administration, aWanted({ region: 'mars' })))).toEqual(['project', 'region']);
});

test('in a new project most APIs are off: checks that await one are warnings, so that `deploy` can enable it', async () => {
  const administration = anAdministration({
    projects: {
      get: () => off('cloudresourcemanager.googleapis.com'),
      allowed: () => off('cloudresourcemanager.googleapis.com'),
      hasBilling: () => off('cloudbilling.googleapis.com'),
    },
    services: { listEnabled: () => value(['serviceusage.googleapis.com']) },
    quotas: { ofProject: () => off('compute.googleapis.com'), ofRegions: () => off('compute.googleapis.com') },
    policies: { effective: () => off('orgpolicy.googleapis.com') },
    databases: { get: () => off('firestore.googleapis.com') },
  });
  const findings = await checkProject(administration, aWanted());
  expect(findings.map(({ severity }) => severity)).not.toContain('stop');
  expect(findings.map(({ about, awaitsApi }) => [about, awaitsApi])).toEqual([
    ['project', 'cloudresourcemanager.googleapis.com'],
    ['billing', 'cloudbilling.googleapis.com'],
    ['APIs', undefined],
    ['rights', 'cloudresourcemanager.googleapis.com'],
    ['database', 'firestore.googleapis.com'],
    ['quotas', 'compute.googleapis.com'],
    ['policies', 'orgpolicy.googleapis.com'],
  ]);
});
