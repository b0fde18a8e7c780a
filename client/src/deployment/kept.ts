// History, results, secrets and images of a deployment, which stay when it is removed.
import { bucketNames, LABELS, namesOf, secretId } from '@mymlops/protocol';
import type { Administration, Image } from '../google/administration';
import type { Choices } from './choices';
import { serviceOff } from './project-refusals';
import { importIdOf } from './terraform/apply-errors';
import { type Act, valueOrRefuse } from './value-or-refuse';

export interface Kept {
  /** Name of the database; undefined if it does not exist. */
  database?: string;
  buckets: { kind: 'results' | 'live'; name: string }[];
  /** Ids, of the client's deploy keys too. */
  secrets: string[];
  /** Names of those that the deployment has built. */
  images: string[];
}

/** Those that Terraform would make: an image is never Terraform's, and the next deployment has it as it is. */
export type Importable = Omit<Kept, 'images'>;

type Chosen = Pick<Choices, 'deployment' | 'bucketSuffix'>;

/** Throws ExpectedError where Google refuses to tell. */
export async function findKept(administration: Administration, choices: Chosen): Promise<Kept> {
  const found = await findImportable(administration, choices);
  const images = await findImages(administration, choices.deployment);
  return { ...found, images: images.map(({ name }) => name) };
}

/** All with the deployment's label, also those that Google still makes. Throws ExpectedError where Google refuses to tell. */
export async function findImages({ project, images }: Administration, deployment: string): Promise<Image[]> {
  const answer = await images.withLabel(LABELS.deployment, deployment);
  return isOff(answer) ? [] : valueOrRefuse(answer, { project, act: 'list the images', role: 'compute.viewer' });
}

/** Throws ExpectedError where Google refuses to tell. */
export async function findImportable(
  { project, databases, buckets, secrets }: Administration,
  { deployment, bucketSuffix }: Chosen,
): Promise<Importable> {
  const { database } = namesOf(project, deployment);
  const valueOf = <T>(answer: Parameters<typeof valueOrRefuse<T>>[0], act: Omit<Act, 'project'>): T =>
    valueOrRefuse(answer, { project, ...act });
  const found: Importable = { buckets: [], secrets: [] };
  const known = await databases.get(database);
  const hasDatabase = !isOff(known) && valueOf(known, { act: 'look at the database', role: 'datastore.owner' });
  if (hasDatabase) found.database = database;
  // A look at the name alone is refused where another project has taken it since: the list has what is this project's own.
  const own = valueOf(await buckets.list(), { act: 'list the buckets', role: 'storage.admin' }).map(({ name }) => name);
  const names = bucketNames(project, deployment, bucketSuffix);
  for (const kind of ['results', 'live'] as const) {
    if (own.includes(names[kind])) found.buckets.push({ kind, name: names[kind] });
  }
  const all = await secrets.list();
  const ids = isOff(all) ? [] : valueOf(all, { act: 'list the secrets', role: 'secretmanager.admin' });
  found.secrets = ids.filter((id) => id.startsWith(`${deployment}_`));
  return found;
}

const isOff = ({ refusal }: { refusal?: Parameters<typeof serviceOff>[0] }): boolean =>
  refusal !== undefined && serviceOff(refusal) !== undefined;

export const isEmpty = ({ database, buckets, secrets, images }: Kept): boolean =>
  database === undefined && buckets.length + secrets.length + images.length === 0;

/** ADDRESS=ID of what Terraform would make although it exists: for a deployment with these choices. */
export function importsOf(
  { database, buckets, secrets }: Importable,
  { project, deployment, variables }: Choices,
): string[] {
  const wanted = Array.isArray(variables['secrets']) ? variables['secrets'] : [];
  const line = (address: string, type: string, values: Record<string, string>): string =>
    `module.mymlops.${type}.${address}=${importIdOf(type, { project, ...values }) ?? ''}`;
  return [
    ...(database === undefined ? [] : [line('runs', 'google_firestore_database', { name: database })]),
    ...buckets.map(({ kind, name }) => line(kind, 'google_storage_bucket', { name })),
    ...wanted
      .filter((name) => secrets.includes(secretId(deployment, name)))
      .map((name) =>
        line(`secret["${name}"]`, 'google_secret_manager_secret', { secret_id: secretId(deployment, name) }),
      ),
  ];
}
