// The resources on which rights are given: single ones of the deployment wherever Google's IAM can do that.
import type { BucketNames } from '../naming/buckets';
import { deadLetterOf, type Names } from '../naming/names';
import { accountEmail } from './identities';

/** All names of a deployment. */
export interface DeploymentNames extends Names {
  buckets: BucketNames;
}

/** Full name of each resource. `project` is for Compute Engine, whose calls cannot be held to one deployment's VMs. */
const NAMES = {
  database: ({ project, database }: Names) => databaseName(project, database),
  'results bucket': ({ buckets }: DeploymentNames) => bucketName(buckets.results),
  'live bucket': ({ buckets }: DeploymentNames) => bucketName(buckets.live),
  'topic requests': ({ project, topics }: Names) => topicName(project, topics.requests),
  'topic events': ({ project, topics }: Names) => topicName(project, topics.events),
  'topic sweeps': ({ project, topics }: Names) => topicName(project, topics.sweeps),
  'dead letters of requests': ({ project, topics }: Names) => subscriptionName(project, deadLetterOf(topics.requests)),
  'dead letters of events': ({ project, topics }: Names) => subscriptionName(project, deadLetterOf(topics.events)),
  'account of VMs': (names: Names) => serviceAccountName(names.project, accountEmail('vm', names)),
  'service request': ({ project, functions }: Names) => serviceName(project, functions.request),
  'service event': ({ project, functions }: Names) => serviceName(project, functions.event),
  'service sweep': ({ project, functions }: Names) => serviceName(project, functions.sweep),
  secrets: ({ project, deployment }: Names) => secretsName(project, deployment),
  project: ({ project }: Names) => projectName(project),
} satisfies Record<string, (names: DeploymentNames) => string>;

export type Resource = keyof typeof NAMES;

export const resourceName = (resource: Resource, names: DeploymentNames): string => NAMES[resource](names);

export const projectName = (project: string): string => `projects/${project}`;
export const databaseName = (project: string, id: string): string => `projects/${project}/databases/${id}`;
export const bucketName = (name: string): string => `projects/_/buckets/${name}`;
export const topicName = (project: string, id: string): string => `projects/${project}/topics/${id}`;
export const subscriptionName = (project: string, id: string): string => `projects/${project}/subscriptions/${id}`;
export const serviceAccountName = (project: string, email: string): string =>
  `projects/${project}/serviceAccounts/${email}`;
/** In whichever region it is. */
export const serviceName = (project: string, name: string): string =>
  `projects/${project}/locations/-/services/${name}`;
/** All secrets of a deployment: Google's IAM takes the start of a name as a condition (`resource.name.startsWith`). */
export const secretsName = (project: string, deployment: string): string =>
  `projects/${project}/secrets/${deployment}_*`;
