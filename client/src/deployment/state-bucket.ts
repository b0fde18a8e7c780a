// The bucket in which a deployment's Terraform state lies, with the choices that made it. It is found by its label, in this project
// only: a name could be guessed, and then belong to somebody else.
import { ExpectedError } from '../core/errors';
import type { Administration, Bucket } from '../google/administration';
import { type Choices, parseChoices } from './choices';
import { valueOrRefuseCaller } from './value-or-refuse';

export const STATE_LABEL = 'mymlops-state';
const CHOICES_OBJECT = 'choices.json';

const ROLE = 'storage.admin';
const CONFLICT = 409;
const CHANGED_MEANWHILE = 412;

export interface StateBucketOptions {
  project: string;
  projectNumber: string;
  deployment: string;
  region: string;
  /** By chance, for a bucket that does not exist yet: `newBucketSuffix` of the protocol. */
  suffix: string;
}

/**
 * The bucket of this deployment; undefined if there is none. Changes nothing. Throws ExpectedError for two of them, and where
 * Google refuses.
 */
export async function findStateBucket(
  administration: Administration,
  options: Omit<StateBucketOptions, 'region' | 'suffix'>,
): Promise<Bucket | undefined> {
  return stateBucketIn(await listBuckets(administration), options);
}

/** All of the project. Throws ExpectedError where Google refuses. */
const listBuckets = async (administration: Administration): Promise<Bucket[]> =>
  valueOrRefuseCaller(administration, await administration.buckets.list(), { act: 'list the buckets', role: ROLE });

/** The same among all buckets of the project. Throws ExpectedError for two of them. */
export function stateBucketIn(
  all: readonly Bucket[],
  { projectNumber, deployment }: Pick<StateBucketOptions, 'projectNumber' | 'deployment'>,
): Bucket | undefined {
  const found = all.filter((one) => one.labels[STATE_LABEL] === deployment && one.projectNumber === projectNumber);
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    throw new ExpectedError(
      `Two buckets have the label ${STATE_LABEL}=${deployment}: ${found.map(({ name }) => name).join(' and ')}. Find out which one has the state of this deployment, and take the label from the other one: gcloud storage buckets update gs://BUCKET --remove-labels=${STATE_LABEL}`,
    );
  }
  return first;
}

/**
 * `found`, or a new one: labelled from the start, so that an interruption leaves none that cannot be found. An existing one
 * gets back what protects it.
 */
export async function makeStateBucket(
  administration: Administration,
  found: Bucket | undefined,
  options: StateBucketOptions,
): Promise<Bucket> {
  return found ? protect(administration, found) : make(administration, options);
}

async function make(administration: Administration, options: StateBucketOptions): Promise<Bucket> {
  const { buckets } = administration;
  const { projectNumber, deployment, region, suffix } = options;
  const name = `${deployment}-tfstate-${suffix}`;
  const made = await buckets.insert({ name, location: region.toUpperCase(), labels: { [STATE_LABEL]: deployment } });
  if (made.refusal?.status !== CONFLICT)
    return valueOrRefuseCaller(administration, made, { act: `make the bucket ${name}`, role: ROLE });
  // The name is taken. If it is ours, an earlier call made it, and its answer was lost.
  const taken = await buckets.get(name);
  const known = taken.refusal ? undefined : taken.value;
  if (known?.projectNumber === projectNumber && known.labels[STATE_LABEL] === deployment) return known;
  throw new ExpectedError(
    `Another one has the bucket ${name}, whose name was chosen by chance. Run \`deploy\` again: it chooses another name.`,
  );
}

/** Corrects a bucket that was changed by hand: without versions, an earlier state could not replace a broken one. */
async function protect(administration: Administration, bucket: Bucket): Promise<Bucket> {
  if (bucket.isVersioned && bucket.hasUniformAccess && bucket.isPrivate) return bucket;
  const answer = await administration.buckets.harden(bucket);
  return valueOrRefuseCaller(administration, answer, { act: `protect the bucket ${bucket.name}`, role: ROLE });
}

export interface StoredChoices {
  choices: Choices;
  /** For the next `writeChoices`. */
  generation: string;
}

/** Undefined if none are stored yet. Throws ExpectedError for what this version cannot read. */
export async function readChoices(administration: Administration, bucket: string): Promise<StoredChoices | undefined> {
  const place = `gs://${bucket}/${CHOICES_OBJECT}`;
  const answer = await administration.buckets.readText(bucket, CHOICES_OBJECT);
  const stored = await valueOrRefuseCaller(administration, answer, { act: `read ${place}`, role: ROLE });
  return stored && { choices: parseChoices(jsonOf(stored.text), place), generation: stored.generation };
}

/**
 * Resolves to the new generation. Throws ExpectedError if somebody stored others meanwhile: then nothing is changed.
 * @param generation That of `readChoices`; undefined if none were stored.
 */
export async function writeChoices(
  administration: Administration,
  bucket: string,
  choices: Choices,
  generation: string | undefined,
): Promise<string> {
  const text = `${JSON.stringify(choices, null, 2)}\n`;
  const answer = await administration.buckets.writeText(bucket, CHOICES_OBJECT, text, generation ?? '0');
  if (answer.refusal?.status === CHANGED_MEANWHILE) {
    throw new ExpectedError(
      'Somebody else has deployed meanwhile: the choices in the state bucket are newer. Run `deploy` again: it begins with theirs.',
    );
  }
  return valueOrRefuseCaller(administration, answer, { act: `write gs://${bucket}/${CHOICES_OBJECT}`, role: ROLE });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
