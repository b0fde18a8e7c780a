// Google's own accounts that need rights of a deployment. They run no code of ours, so IDENTITIES does not list them.
import { deadLetterOf, subscriptionName, topicName, type Names } from '@mymlops/protocol';

/** The account with which Pub/Sub itself moves dead letters. */
export const PUBSUB_AGENT = 'pubsub-agent';

export interface AgentGrant {
  identity: typeof PUBSUB_AGENT;
  permission: string;
  /** Full name. */
  resource: string;
}

/**
 * The rights that Terraform gives Pub/Sub's own account (deploy/gcp/modules/mymlops/pubsub.tf, `forwards`):
 * https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
 */
export function forwardingGrants({ project, topics }: Pick<Names, 'project' | 'topics'>): AgentGrant[] {
  return [topics.requests, topics.events].flatMap((topic) => [
    { identity: PUBSUB_AGENT, permission: 'pubsub.topics.publish', resource: topicName(project, deadLetterOf(topic)) },
    { identity: PUBSUB_AGENT, permission: 'pubsub.subscriptions.consume', resource: subscriptionName(project, topic) },
  ]);
}
