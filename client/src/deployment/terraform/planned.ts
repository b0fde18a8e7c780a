// Plan, state and versions as Terraform prints them for programs.
// https://developer.hashicorp.com/terraform/internals/json-format
import type { Values } from './apply-errors';

export interface PlannedResource {
  address: string;
  type: string;
  mode: string;
  change: { actions: string[]; after: Values | null };
  /** Why Terraform makes it anew, such as replace_because_tainted. */
  action_reason?: string;
}

/** Resources in the text of `show -json PLAN`. */
export function resourcesIn(text: string): PlannedResource[] {
  const plan = JSON.parse(text) as { resource_changes?: PlannedResource[] };
  return (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed');
}

interface StateModule {
  resources?: { address: string }[];
  child_modules?: StateModule[];
}

/** Addresses in the text of `show -json`. */
export function addressesIn(text: string): string[] {
  const of = ({ resources = [], child_modules: below = [] }: StateModule): string[] => [
    ...resources.map(({ address }) => address),
    ...below.flatMap(of),
  ];
  return of((JSON.parse(text) as { values?: { root_module?: StateModule } }).values?.root_module ?? {});
}

/**
 * Version of Google's provider in the text of `version -json`, whichever registry it comes from. Undefined for another text.
 * https://developer.hashicorp.com/terraform/cli/commands/version
 */
export const providerIn = (text: string): string | undefined =>
  /\/hashicorp\/google": *"(\d+\.\d+\.\d+)"/.exec(text)?.[1];

/** Each change of a resource, such as "create module.m.google_pubsub_topic.topic". */
export const changesOf = (resources: readonly PlannedResource[]): string[] =>
  resources.flatMap(({ address, change: { actions } }) =>
    actions.filter((action) => action !== 'no-op' && action !== 'read').map((action) => `${action} ${address}`),
  );

/**
 * Changes that were not agreed to. A resource whose creation was agreed to and failed may stay at Google broken, such as a function
 * whose build failed. Terraform has it as tainted, and makes it anew: its removal belongs to what was agreed.
 * https://developer.hashicorp.com/terraform/cli/state/taint
 */
export function unagreed(resources: readonly PlannedResource[], agreed: ReadonlySet<string>): string[] {
  const isBroken = ({ address, action_reason: reason }: PlannedResource): boolean =>
    reason === 'replace_because_tainted' && agreed.has(`create ${address}`);
  return changesOf(resources.filter((one) => !isBroken(one))).filter((one) => !agreed.has(one));
}
