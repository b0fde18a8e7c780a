// The deployment that `deploy` made earlier, if it did, and the choices that make the one that is wanted.
import { VERSION } from '@mymlops/protocol';
import type { Administration } from '../google/administration';
import { chooseAnew, type Choices, type Wanted } from './choices';
import { checkRoot } from './root-text';
import { findStateBucket, readChoices, type StoredChoices } from './state-bucket';

export interface Known {
  /** Number of the project. */
  projectNumber: string;
  /** Name of the state bucket; undefined if there is none. */
  bucket?: string;
  /** Undefined if none are stored: a first `deploy` may have ended in between. */
  stored?: StoredChoices;
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
