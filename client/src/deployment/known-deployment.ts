// The deployment that `deploy` made earlier, if it did, and the choices that make the one that is wanted.
import { VERSION } from '@mymlops/protocol';
import type { Administration, Answer, Bucket } from '../google/administration';
import { chooseAnew, type Choices, type Wanted } from './choices';
import { checkRoot } from './root-text';
import { findStateBucket, readChoices, stateBucketIn, type StoredChoices } from './state-bucket';
import { hasResources } from './stored-state';

export interface Known {
  /** Number of the project. */
  projectNumber: string;
  /** Name of the state bucket; undefined if there is none. */
  bucket?: string;
  /** Undefined if none are stored: a first `deploy` may have ended in between. */
  stored?: StoredChoices;
}

/** The same, with the bucket as Google shows it. */
export interface SeenDeployment extends Known {
  facts?: Bucket;
  /** Terraform has made something of it, and it was not removed. */
  isMade: boolean;
}

/** The deployment, or Google's refusal to show the project or its buckets. Throws ExpectedError where the choices cannot be read. */
export async function lookForKnown(
  administration: Administration,
  deployment: string,
): Promise<Answer<SeenDeployment>> {
  const { projects, buckets } = administration;
  const project = await projects.get();
  if (project.refusal) return project;
  const all = await buckets.list();
  if (all.refusal) return all;
  const projectNumber = project.value.number;
  const facts = stateBucketIn(all.value, { projectNumber, deployment });
  if (facts === undefined) return { value: { projectNumber, isMade: false } };
  const stored = await readChoices(administration, facts.name);
  const isMade = await hasResources(administration, facts.name);
  return { value: { projectNumber, bucket: facts.name, facts, isMade, ...(stored && { stored }) } };
}

/** Throws ExpectedError where Google refuses to tell. */
export async function findKnown(
  administration: Administration,
  { deployment, projectNumber }: { deployment: string; projectNumber: string },
): Promise<Known> {
  const { project } = administration;
  const bucket = await findStateBucket(administration, { project, projectNumber, deployment });
  if (bucket === undefined) return { projectNumber };
  const stored = await readChoices(administration, bucket.name);
  return { projectNumber, bucket: bucket.name, ...(stored && { stored }) };
}

/** Throws ExpectedError for what the existing deployment cannot become, or what no deployment can be. */
export function choicesFor(wanted: Wanted, known: Choices | undefined, newSuffix: () => string): Choices {
  const root = checkRoot({
    ...{ project: wanted.project, deployment: wanted.deployment, users: wanted.users },
    ...{ region: wanted.region ?? known?.region, bucketSuffix: known?.bucketSuffix ?? newSuffix() },
  });
  const { project, region, deployment, bucketSuffix } = root;
  const start: Choices = known ?? { v: 1, project, region, deployment, bucketSuffix, version: VERSION, variables: {} };
  return chooseAnew(start, wanted);
}
