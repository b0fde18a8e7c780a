// The permissions of each call, and on what: https://cloud.google.com/pubsub/docs/access-control#required_permissions
import { projectName, PUBSUB_CALLS, type PubsubCall } from '@mymlops/protocol';
import type { Caller } from '../shared/auth';
import { requireRight, type RightsCheck } from '../shared/require-right';
import type { Need } from '../shared/rights';
import { PubsubError } from './limits';

/** Those that mymlops itself makes are in the protocol; the rest is the deployment's. */
const OF_DEPLOYMENT = {
  CreateTopic: ['pubsub.topics.create'],
  GetTopic: ['pubsub.topics.get'],
  CreateSubscription: ['pubsub.subscriptions.create'],
  GetSubscription: ['pubsub.subscriptions.get'],
} as const;

const PERMISSIONS: Record<Method, readonly string[]> = { ...PUBSUB_CALLS, ...OF_DEPLOYMENT };

export type Method = PubsubCall | keyof typeof OF_DEPLOYMENT;

/** `name`: the topic or subscription that the call is on. What is to be made is its project's. */
const needOf = (method: Method, name: string): Need => ({
  permissions: PERMISSIONS[method],
  on: method.startsWith('Create') ? projectName(name.split('/')[1] ?? '') : name,
});

/** Throws PubsubError in Google's words, which do not name the permission. */
export function checkRights(check: RightsCheck, caller: Caller, method: Method, name: string): void {
  requireRight(check, caller, needOf(method, name), () => {
    return new PubsubError('PERMISSION_DENIED', 'User not authorized to perform this action.');
  });
}
