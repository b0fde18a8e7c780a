// Refusals of the provider or of Google beyond the schema: tables of patterns by attribute, each with its source.
import { COMPUTE_RULES } from './compute';
import { FUNCTION_RULES } from './functions';
import { IAM_RULES, MEMBER_RULES, MEMBER_WHOLE } from './iam';
import { MONITORING_RULES, MONITORING_WHOLE } from './monitoring';
import { PUBSUB_RULES, PUBSUB_WHOLE } from './pubsub';
import type { Rule, WholeRule } from './rule';
import { STORAGE_RULES, STORAGE_WHOLE } from './storage';

const RULES = {
  ...COMPUTE_RULES,
  ...FUNCTION_RULES,
  ...IAM_RULES,
  ...MONITORING_RULES,
  ...PUBSUB_RULES,
  ...STORAGE_RULES,
};
const WHOLE = { ...MONITORING_WHOLE, ...PUBSUB_WHOLE, ...STORAGE_WHOLE };

/** Rules of a resource, those of all IAM members among them. */
export function rulesOf(type: string): Rule[] {
  return [...(RULES[type] ?? []), ...(isMember(type) ? MEMBER_RULES : [])];
}

/** Rules about several attributes of one resource. */
export function wholeRulesOf(type: string): WholeRule[] {
  return [...(WHOLE[type] ?? []), ...(isMember(type) ? MEMBER_WHOLE : [])];
}

function isMember(type: string): boolean {
  return type.endsWith('_iam_member');
}
