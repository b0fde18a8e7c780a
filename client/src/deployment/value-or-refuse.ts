// Google's answer, or its refusal as a sentence with the way on.
import { ExpectedError } from '../core/errors';
import type { Answer } from '../google/administration';
import { explainedInFull, explainRefusal } from './project-refusals';

export interface Act {
  project: string;
  /** Such as "list the buckets". */
  act: string;
  /** The predefined role that may, without "roles/". */
  role: string;
}

const CHANGED_MEANWHILE = 412;

/** Throws ExpectedError. */
export function valueOrRefuse<T>(answer: Answer<T>, { project, act, role }: Act): T {
  if (!answer.refusal) return answer.value;
  const { refusal } = answer;
  const explained = explainRefusal(refusal, project);
  if (explained) throw new ExpectedError(explainedInFull(explained));
  if (refusal.status === CHANGED_MEANWHILE) {
    throw new ExpectedError(`Somebody else changed it meanwhile: deploy could not ${act}. Run \`deploy\` again.`);
  }
  if (refusal.status !== 403)
    throw new ExpectedError(`Google did not ${act} in project ${project}: ${refusal.message}`);
  throw new ExpectedError(
    `You may not ${act} in project ${project}${refusal.permission === undefined ? '' : ` (${refusal.permission})`}. Its owner gives you the role: gcloud projects add-iam-policy-binding ${project} --member=user:EMAIL --role=roles/${role}`,
  );
}
