// Check: policies of the organisation that would refuse a part of the deployment.
// https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
import type { Administration, Answer, Policy } from '../../google/administration';
import { serviceOff } from '../project-refusals';
import { type Finding, stop, warning } from './finding';
import { JUDGES } from './policy-judges';
import { unchecked } from './unchecked';
import type { WantedDeployment } from './wanted';

const ABOUT = 'policies';
const PERMISSION = 'orgpolicy.policy.get';

/** A policy that cannot be read hides none of the others. */
export async function checkPolicies(
  { project, policies }: Administration,
  wanted: WantedDeployment,
): Promise<Finding[]> {
  const read = await Promise.all(
    [...JUDGES.keys()].map(async (name) => ({ name, answer: await policies.effective(name) })),
  );
  return [
    ...read.flatMap(({ name, answer }) => findingsOf(name, answer, project, wanted)),
    ...unreadFindings(read, project),
  ];
}

function findingsOf(name: string, answer: Answer<Policy>, project: string, wanted: WantedDeployment): Finding[] {
  if (answer.refusal) return [];
  // A conditional rule is about resources with certain tags, and the module sets no tags.
  const rules = answer.value.rules.filter(({ isConditional }) => !isConditional);
  const verdict = JUDGES.get(name)?.(rules, wanted, project);
  if (verdict === undefined) return [];
  const sentence = `The policy ${name} of your organisation ${verdict.says}`;
  const remedy =
    verdict.options === undefined
      ? `gcloud org-policies describe ${name} --effective --project=${project}`
      : `mymlops-client deploy --project ${project} ${verdict.options}`;
  return [verdict.severity === 'stop' ? stop(ABOUT, sentence, remedy) : warning(ABOUT, sentence, remedy)];
}

/** One finding for all policies that could not be read. Google does not have every constraint everywhere: 404 is none. */
function unreadFindings(read: readonly { name: string; answer: Answer<Policy> }[], project: string): Finding[] {
  const unread = read.flatMap(({ name, answer: { refusal } }) =>
    refusal && (refusal.status !== 404 || serviceOff(refusal) !== undefined) ? [{ name, refusal }] : [],
  );
  const [first] = unread;
  if (first === undefined) return [];
  const names = unread.map(({ name }) => name).join(', ');
  const missed =
    unread.length === read.length ? 'Policies of the organisation' : `The organisation's policies (${names})`;
  return [unchecked(ABOUT, missed, first.refusal, { project, permission: PERMISSION })];
}
