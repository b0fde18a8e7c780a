// Policies of an organisation, as they hold for a project.
// https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy
import { callFor, mapAnswer } from './answers';
import type { Calls } from './call';
import type { Policies, PolicyRule } from './port';

interface WireRule {
  enforce?: boolean;
  allowAll?: boolean;
  denyAll?: boolean;
  values?: { allowedValues?: string[]; deniedValues?: string[] };
  condition?: object;
}

export function policiesOf(call: Calls, project: string): Policies {
  return {
    async effective(constraint) {
      const path = `/v2/projects/${encodeURIComponent(project)}/policies/${constraint}:getEffectivePolicy`;
      const answer = await callFor<{ spec: { rules?: WireRule[] } }>(call, 'orgpolicy', path);
      return mapAnswer(answer, ({ spec }) => ({ constraint, rules: (spec?.rules ?? []).map(read) }));
    },
  };
}

const read = ({ enforce, allowAll, denyAll, values, condition }: WireRule): PolicyRule => ({
  ...(enforce !== undefined && { enforce }),
  ...(allowAll && { allowAll }),
  ...(denyAll && { denyAll }),
  ...(values?.allowedValues && { allowed: values.allowedValues }),
  ...(values?.deniedValues && { denied: values.deniedValues }),
  ...(condition && { isConditional: true }),
});
