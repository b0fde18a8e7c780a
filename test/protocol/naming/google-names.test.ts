// Every name that follows from a deployment, held against what Google's services take: the shortest and the longest deployment,
// and hyphens in it, with the shortest and the longest project.
import {
  bucketNames,
  buildVmName,
  deadLetterOf,
  imageFamily,
  imageResource,
  instanceVmName,
  isImageName,
  isVariableName,
  LABELS,
  namesOf,
  newBucketSuffix,
  roleId,
  rolesOf,
  secretId,
  vmName,
} from '@mymlops/protocol';
import { instanceLabels } from '../../../functions/src/engine/instance/owner';
import { runLabels } from '../../../functions/src/engine/run/owner';

const RUN = '20261121-100000-abcd';
const INSTANCE = ['a'.repeat(24), 'abc123', 999_999] as const;
const DEPLOYMENTS = ['a', 'a1', 'a-b', 'a--b', 'mymlops', `a${'-'.repeat(18)}b`, 'a'.repeat(20)];
/** 6 to 30 characters (https://cloud.google.com/resource-manager/docs/creating-managing-projects). */
const PROJECTS = ['abcdef', 'a'.repeat(30)];

interface Service {
  /** Its pattern, and the page that says so. */
  pattern: RegExp;
  source: string;
  names(names: ReturnType<typeof namesOf>): string[];
}

const SERVICES: Record<string, Service> = {
  'topics and subscriptions': {
    pattern: /^(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}$/,
    source: 'https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names',
    names: ({ topics }) => Object.values(topics).flatMap((topic) => [topic, deadLetterOf(topic)]),
  },
  // The service of Cloud Run that carries a function has its name, in less than 50 characters.
  functions: {
    pattern: /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/,
    source: 'https://cloud.google.com/run/docs/deploying',
    names: ({ functions }) => Object.values(functions),
  },
  databases: {
    pattern: /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/,
    source: 'https://cloud.google.com/firestore/docs/manage-databases#database_id',
    names: ({ database }) => [database],
  },
  buckets: {
    pattern: /^(?!goog)(?!.*(?:google|g00gle))[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/,
    source: 'https://cloud.google.com/storage/docs/buckets#naming',
    names: ({ project, deployment }) =>
      Object.values(
        bucketNames(
          project,
          deployment,
          newBucketSuffix(() => 26),
        ),
      ),
  },
  'service accounts': {
    pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    source: 'https://cloud.google.com/iam/docs/service-accounts-create',
    names: ({ accounts }) => Object.values(accounts),
  },
  'custom roles': {
    pattern: /^[a-zA-Z0-9_.]{3,64}$/,
    source: 'https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create',
    names: ({ deployment }) => rolesOf().map((role) => roleId(deployment, role)),
  },
  secrets: {
    pattern: /^[A-Za-z0-9_-]{1,255}$/,
    source: 'https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create',
    names: ({ deployment }) =>
      ['A', 'A'.repeat(200), `deploy-key-${'0'.repeat(16)}-${'f'.repeat(16)}`].map((name) =>
        secretId(deployment, name),
      ),
  },
  'VMs, disks and images': {
    pattern: /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
    source: 'https://cloud.google.com/compute/docs/naming-resources',
    names: ({ deployment }) => [
      ...[1, 999_999].flatMap((attempt) => [vmName(deployment, RUN, attempt), buildVmName(deployment, RUN, attempt)]),
      instanceVmName(deployment, 'a', 'abc123', 1),
      instanceVmName(deployment, ...INSTANCE),
      ...['a', 'a'.repeat(20)].flatMap((name) => [imageFamily(deployment, name), imageResource(deployment, name, RUN)]),
    ],
  },
  'values of labels': {
    pattern: /^[a-z0-9_-]{0,63}$/,
    source: 'https://cloud.google.com/compute/docs/labeling-resources#requirements',
    names: ({ deployment }) => [
      deployment,
      ...Object.values(runLabels(RUN, 999_999)),
      ...Object.values(instanceLabels(...INSTANCE)),
    ],
  },
  'keys of labels': {
    pattern: /^[a-z][a-z0-9_-]{0,62}$/,
    source: 'https://cloud.google.com/compute/docs/labeling-resources#requirements',
    names: () => Object.values(LABELS),
  },
};

describe.each(Object.entries(SERVICES))('%s', (_service, { pattern, names }) => {
  test.each(DEPLOYMENTS)('of the deployment %j', (deployment) => {
    const all = PROJECTS.flatMap((project) => names(namesOf(project, deployment)));
    expect(all.filter((name) => !pattern.test(name))).toEqual([]);
  });
});

test('the longest name of a secret is 200 characters', () => {
  expect([isVariableName('A'.repeat(200)), isVariableName('A'.repeat(201))]).toEqual([true, false]);
});

test('no two deployments have a role in common', () => {
  const all = DEPLOYMENTS.flatMap((deployment) => rolesOf().map((role) => roleId(deployment, role)));
  expect(new Set(all).size).toBe(all.length);
});

test('no two deployments have a family of images in common: its newest image would be run by the other one', () => {
  const names = ['a', 'b', 'c', 'b-c', '-b', 'b--c', 'a'.repeat(20)].filter(isImageName);
  const all = DEPLOYMENTS.flatMap((deployment) => names.map((name) => imageFamily(deployment, name)));
  expect(all.filter((family, at) => all.indexOf(family) !== at)).toEqual([]);
});
