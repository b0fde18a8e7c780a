// History, results and secrets of a deployment, which stay when it is removed.
import { bucketNames, namesOf, secretId } from '@mymlops/protocol';
import type { Administration } from '../google/administration';
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
}

/** Throws ExpectedError where Google refuses to tell. */
export async function findKept(
  { project, databases, buckets, secrets, projects }: Administration,
  { deployment, bucketSuffix }: Pick<Choices, 'deployment' | 'bucketSuffix'>,
): Promise<Kept> {
  const { database } = namesOf(project, deployment);
  const valueOf = <T>(answer: Parameters<typeof valueOrRefuse<T>>[0], act: Omit<Act, 'project'>): T =>
    valueOrRefuse(answer, { project, ...act });
  const { number } = valueOf(await projects.get(), { act: 'look at it', role: 'browser' });
  const found: Kept = { buckets: [], secrets: [] };
  const known = await databases.get(database);
  const hasDatabase = !isOff(known) && valueOf(known, { act: 'look at the database', role: 'datastore.owner' });
  if (hasDatabase) found.database = database;
  for (const [kind, name] of Object.entries(bucketNames(project, deployment, bucketSuffix))) {
    const bucket = valueOf(await buckets.get(name), { act: `look at the bucket ${name}`, role: 'storage.admin' });
    if (bucket?.projectNumber === number) found.buckets.push({ kind: kind as 'results' | 'live', name });
  }
  const all = await secrets.list();
  const ids = isOff(all) ? [] : valueOf(all, { act: 'list the secrets', role: 'secretmanager.admin' });
  found.secrets = ids.filter((id) => id.startsWith(`${deployment}_`));
  return found;
}

const isOff = ({ refusal }: { refusal?: Parameters<typeof serviceOff>[0] }): boolean =>
  refusal !== undefined && serviceOff(refusal) !== undefined;

export const isEmpty = ({ database, buckets, secrets }: Kept): boolean =>
  database === undefined && buckets.length + secrets.length === 0;

/** ADDRESS=ID of what Terraform would make although it exists: for a deployment with these choices. */
export function importsOf({ database, buckets, secrets }: Kept, { project, deployment, variables }: Choices): string[] {
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
