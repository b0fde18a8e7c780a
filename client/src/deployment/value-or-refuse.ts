// Google's answer, or its refusal as a sentence with the way on.
import { ExpectedError } from '../core/errors';
import type { Administration, Answer, Caller } from '../google/administration';
import { grantCommand } from './caller';
import { explainedInFull, explainRefusal } from './project-refusals';

export interface Act {
  project: string;
  /** Such as "list the buckets". */
  act: string;
  /** The predefined role that may, without "roles/". */
  role: string;
  /** Who deploys, for the command that gives the role. */
  caller?: Pick<Caller, 'member'> | undefined;
}

const CHANGED_MEANWHILE = 412;

/** Throws ExpectedError. */
export function valueOrRefuse<T>(answer: Answer<T>, { project, act, role, caller }: Act): T {
  if (!answer.refusal) return answer.value;
  const { refusal } = answer;
  const explained = explainRefusal(refusal, project, caller);
  if (explained) throw new ExpectedError(explainedInFull(explained));
  if (refusal.status === CHANGED_MEANWHILE) {
    throw new ExpectedError(`Somebody else changed it meanwhile: deploy could not ${act}. Run \`deploy\` again.`);
  }
  if (refusal.status !== 403)
    throw new ExpectedError(`Google did not ${act} in project ${project}: ${refusal.message}`);
  throw new ExpectedError(
    `You may not ${act} in project ${project}${refusal.permission === undefined ? '' : ` (${refusal.permission})`}. Its owner gives you the role: ${grantCommand(project, caller, `roles/${role}`)}`,
  );
}

/** The same, with the caller's own address in the command that gives the role. */
export async function valueOrRefuseCaller<T>(
  { project, caller }: Pick<Administration, 'project' | 'caller'>,
  answer: Answer<T>,
  act: Omit<Act, 'project' | 'caller'>,
): Promise<T> {
  // Where Google does not tell who calls, the refusal is still the one to show.
  const who = answer.refusal?.status === 403 ? await caller().catch(() => undefined) : undefined;
  return valueOrRefuse(answer, { project, ...act, caller: who });
}
