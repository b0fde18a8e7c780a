// Missing rights, each with the role that has them.
import type { Caller } from '../../../../client/src/google/administration';
import { checkRights } from '../../../../client/src/deployment/checks/rights';
import { anAdministration, ANN, aWanted, off, refused, value } from './an-administration';

/** A project in which the caller has all rights but these. */
const lacking = (...missing: string[]) =>
  anAdministration({
    projects: { allowed: (permissions) => value(permissions.filter((one) => !missing.includes(one))) },
  });

async function askedFor(wanted = aWanted()): Promise<readonly string[]> {
  let asked: readonly string[] = [];
  const allowed = (permissions: readonly string[]) => {
    asked = permissions;
    return value([...permissions]);
  };
  await checkRights(anAdministration({ projects: { allowed } }), wanted, ANN);
  return asked;
}

test('nothing to say to who has all rights', async () => {
  expect(await checkRights(anAdministration(), aWanted(), ANN)).toEqual([]);
});

test('an owner of the project has the rights on objects and buckets only on the buckets themselves', async () => {
  const asked = await askedFor();
  expect(asked).toContain('storage.buckets.create');
  expect(asked.filter((one) => /^storage\.(objects\.|buckets\.(get|update|setIamPolicy))/.test(one))).toEqual([]);
});

test('one finding for each role, with all that is missing of it', async () => {
  const administration = lacking('pubsub.topics.create', 'pubsub.topics.setIamPolicy', 'run.services.setIamPolicy');
  expect(await checkRights(administration, aWanted(), ANN)).toEqual([
    {
      ...{ severity: 'stop', about: 'rights' },
      sentence:
        'ann@example.com lacks run.services.setIamPolicy in project my-project. The role roles/run.admin has it.',
      remedy: 'gcloud projects add-iam-policy-binding my-project --member=user:ann@example.com --role=roles/run.admin',
    },
    {
      ...{ severity: 'stop', about: 'rights' },
      sentence:
        'ann@example.com lacks pubsub.topics.create, pubsub.topics.setIamPolicy in project my-project. The role roles/pubsub.admin has them.',
      remedy:
        'gcloud projects add-iam-policy-binding my-project --member=user:ann@example.com --role=roles/pubsub.admin',
    },
  ]);
});

test('with an existing deployment it is a warning: a right may be on the resource alone', async () => {
  const findings = await checkRights(lacking('pubsub.topics.update'), aWanted({ isNew: false }), ANN);
  expect(findings).toMatchObject([{ severity: 'warning' }]);
});

test.each<[string, Caller, string, string]>([
  [
    'whose address has an apostrophe',
    { isPerson: true, email: "o'neil@x.com", member: "user:o'neil@x.com" },
    "o'neil@x.com lacks",
    String.raw`--member='user:o'\''neil@x.com'`,
  ],
  ['without a known address', { isPerson: true }, 'Your account lacks', '--member=user:EMAIL'],
  [
    'that is a service account',
    { isPerson: false, email: 'ci@p.iam.gserviceaccount.com', member: 'serviceAccount:ci@p.iam.gserviceaccount.com' },
    'ci@p.iam.gserviceaccount.com lacks',
    '--member=serviceAccount:ci@p.iam.gserviceaccount.com',
  ],
])('a caller %s', async (_name, caller, sentence, remedy) => {
  expect(await checkRights(lacking('run.services.setIamPolicy'), aWanted(), caller)).toMatchObject([
    { sentence: expect.stringContaining(sentence), remedy: expect.stringContaining(remedy) },
  ]);
});

test.each([
  ['secrets', ['TOKEN'], 'secretmanager.secrets.create'],
  ['alert_emails', ['ann@example.com'], 'monitoring.alertPolicies.create'],
  ['nat_regions', ['europe-west4'], 'compute.routers.create'],
])('rights for %s are needed only if it is set', async (variable, set, permission) => {
  expect(await askedFor(aWanted({ variables: { [variable]: set } }))).toContain(permission);
  expect(await askedFor(aWanted({ variables: { [variable]: [] } }))).not.toContain(permission);
  expect(await askedFor()).not.toContain(permission);
});

test('rights for a network are needed only for one of its own', async () => {
  const ofNetworks = (asked: readonly string[]) => asked.filter((one) => one.startsWith('compute.'));
  expect(ofNetworks(await askedFor())).toContain('compute.networks.create');
  const variables = { network: 'projects/host/global/networks/shared', nat_regions: ['europe-west4'] };
  expect(ofNetworks(await askedFor(aWanted({ variables })))).toEqual([]);
});

test('rights that cannot be read are a warning', async () => {
  const { checkedOff, checkedRefused } = {
    checkedOff: anAdministration({ projects: { allowed: () => off('cloudresourcemanager.googleapis.com') } }),
    checkedRefused: anAdministration({ projects: { allowed: () => refused({}) } }),
  };
  expect(await checkRights(checkedOff, aWanted(), ANN)).toEqual([
    {
      ...{ severity: 'warning', about: 'rights', awaitsApi: 'cloudresourcemanager.googleapis.com' },
      sentence: 'Your rights could not be checked: cloudresourcemanager.googleapis.com is off.',
      remedy: 'gcloud services enable cloudresourcemanager.googleapis.com --project my-project',
    },
  ]);
  expect(await checkRights(checkedRefused, aWanted(), ANN)).toEqual([
    {
      ...{ severity: 'warning', about: 'rights' },
      sentence: 'Your rights could not be checked: you lack the permission resourcemanager.projects.get.',
    },
  ]);
});
