// The choices that make a deployment: kept in its state bucket, so that the next `deploy`, on any computer, begins with them.
import { compareVersions, isPartner, parseWith, VERSION } from '@mymlops/protocol';
import * as z from 'zod/mini';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { readAssignment, type Value } from './variables';

export interface Choices {
  v: 1;
  project: string;
  region: string;
  deployment: string;
  /** The end of the buckets' names. Another one would make other buckets. */
  bucketSuffix: string;
  /** Version of the functions that were wanted last. */
  version: string;
  /** Variables of the module that do not have their default. */
  variables: Record<string, Value>;
  /** Version of Google's provider for Terraform that planned last, with this `version` of the client. */
  provider?: string;
}

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.record(z.string(), z.string())]);
const choices: z.ZodMiniType<Choices> = z.object({
  v: z.literal(1),
  project: z.string(),
  region: z.string(),
  deployment: z.string(),
  bucketSuffix: z.string(),
  version: z.string(),
  variables: z.record(z.string(), value),
  provider: z.optional(z.string().check(z.regex(/^\d+\.\d+\.\d+$/))),
});

/** Throws ExpectedError for a document that this version cannot read. */
export function parseChoices(document: unknown, place: string): Choices {
  const found = parseWith(choices, document);
  if (found.ok) return found.value;
  throw new ExpectedError(
    `${place} cannot be read (${found.error}). It is of a newer version, or was changed by hand. Its earlier versions are in the bucket.`,
  );
}

export interface Wanted {
  project: string;
  deployment: string;
  region?: string;
  /** As in Google's policies: added to those who may use it. */
  users: string[];
  /** NAME=VALUE. */
  assignments: string[];
}

/**
 * The choices with what is wanted now. Throws ExpectedError for what an existing deployment cannot become.
 * @param known Those of the existing deployment.
 */
export function chooseAnew(known: Choices, { region, users, assignments }: Wanted, own: string = VERSION): Choices {
  if (region !== undefined && region !== known.region) {
    throw new ExpectedError(
      `Deployment "${known.deployment}" is in ${known.region}, and its database and buckets cannot move. Leave out --region, or make another deployment: set \`deployment\` in mymlops.yml.`,
      EXIT.usage,
    );
  }
  if (!isPartner(own, known.version)) throw new ExpectedError(misfit(known, own));
  const variables = { ...known.variables };
  if (users.length > 0) variables['users'] = [...new Set([...listOf(variables['users']), ...users])];
  for (const { name, value: given } of assignments.map(readAssignment)) {
    if (given === undefined) delete variables[name];
    else variables[name] = given;
  }
  const { provider, ...rest } = known;
  const hasProvider = provider !== undefined && known.version === own;
  return { ...rest, version: own, variables, ...(hasProvider && { provider }) };
}

const listOf = (some: Value | undefined): string[] => (Array.isArray(some) ? some : []);

/** The functions of two minor versions on would not understand what is in flight. So an upgrade goes step by step. */
function misfit({ deployment, project, version }: Choices, own: string): string {
  const isOlder = compareVersions(own, version) < 0;
  const next = neighbor(version, isOlder ? -1 : 1);
  const way = next === undefined ? '' : ` Go step by step: npx mymlops-client@${next} deploy --project ${project}`;
  return `Deployment "${deployment}" has version ${version}, and this is ${own}: \`deploy\` goes one minor version ${isOlder ? 'back' : 'on'} at a time.${way}`;
}

/** The minor version beside `version`; undefined across a major one. */
function neighbor(version: string, step: 1 | -1): string | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  const wanted = Number(minor) + step;
  return major === undefined || wanted < 0 ? undefined : `${major}.${wanted}`;
}
