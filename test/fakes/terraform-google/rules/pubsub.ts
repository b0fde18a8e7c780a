// Topics and subscriptions.
import { within, seconds, firstOf, LABEL_KEYS, type Rules, type WholeRules } from './rule';
import { UNKNOWN } from '../values';

const PUBSUB_NAME = /^(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}$/;
const PUBSUB_NAMES = {
  allows: PUBSUB_NAME,
  must: '3 to 255 of letters, digits and -._~%+, and begin with a letter, not with goog',
  source: 'https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names',
};
export const PUBSUB_RULES: Rules = {
  google_pubsub_topic: [
    { at: 'name', ...PUBSUB_NAMES },
    LABEL_KEYS,
    {
      at: 'message_storage_policy.allowed_persistence_regions',
      // "An empty list means that no regions are allowed, and is not a valid configuration."
      allows: (regions) =>
        Array.isArray(regions) &&
        regions.length > 0 &&
        regions.every((region) => region === UNKNOWN || /^[a-z]+-[a-z]+\d+$/.test(String(region))),
      must: 'one region or more',
      source: 'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics#MessageStoragePolicy',
    },
  ],
  google_pubsub_subscription: [
    { at: 'name', ...PUBSUB_NAMES },
    LABEL_KEYS,
    {
      at: 'ack_deadline_seconds',
      allows: within(10, 600),
      must: '10 to 600 seconds',
      source: 'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions',
    },
    {
      at: 'message_retention_duration',
      allows: within(600, 2_678_400),
      must: '600s to 2678400s',
      source: 'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions',
    },
    {
      at: 'retry_policy.minimum_backoff',
      allows: within(0, 600),
      must: '0s to 600s',
      source: 'https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff',
    },
    {
      at: 'retry_policy.maximum_backoff',
      allows: within(0, 600),
      must: '0s to 600s',
      source: 'https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff',
    },
    {
      at: 'dead_letter_policy.max_delivery_attempts',
      allows: within(5, 100),
      must: '5 to 100',
      source: 'https://cloud.google.com/pubsub/docs/dead-letter-topics',
    },
    {
      at: 'dead_letter_policy.dead_letter_topic',
      allows: /^projects\/[^/]+\/topics\/[^/]+$/,
      must: 'projects/P/topics/T',
      source: 'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions',
    },
    {
      at: 'expiration_policy.ttl',
      allows: (ttl) => ttl === '' || seconds(ttl) >= 86_400,
      must: 'empty, or at least 86400s',
      source: 'https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions',
    },
    {
      at: 'push_config.push_endpoint',
      allows: /^https:\/\/[^\s/]+/,
      must: 'an address that begins with https://',
      source: 'https://cloud.google.com/pubsub/docs/push',
    },
    {
      at: 'push_config.oidc_token.service_account_email',
      allows: /^[^@\s:]+@[^@\s]+$/,
      must: 'the email address of an account',
      source: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
    },
  ],
};

export const PUBSUB_WHOLE: WholeRules = {
  google_pubsub_subscription: [
    {
      source: 'https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff',
      refuses(values) {
        const retry = firstOf(values, 'retry_policy');
        const [low, high] = [seconds(retry?.minimum_backoff ?? ''), seconds(retry?.maximum_backoff ?? '')];
        return low > high ? 'retry_policy: minimum_backoff must not exceed maximum_backoff' : undefined;
      },
    },
    {
      source: 'https://cloud.google.com/pubsub/docs/dead-letter-topics',
      refuses(values) {
        const dead = firstOf(values, 'dead_letter_policy');
        return dead && dead.dead_letter_topic === null
          ? 'dead_letter_policy: dead_letter_topic must be set'
          : undefined;
      },
    },
  ],
};
