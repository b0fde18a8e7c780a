// Alerts and channels.
import { within, seconds, isBalanced, type Rules, type WholeRules } from './rule';
import { isObject } from '../values';

export const MONITORING_RULES: Rules = {
  google_monitoring_notification_channel: [
    {
      at: 'type',
      allows: /^(?:email|sms|slack|pagerduty|pubsub|webhook_basicauth|webhook_tokenauth|google_chat)$/,
      must: 'a type of channel, such as email',
      source: 'https://cloud.google.com/monitoring/support/notification-options',
    },
  ],
  google_monitoring_alert_policy: [
    {
      at: 'conditions.condition_threshold.duration',
      allows: (value) => seconds(value) % 60 === 0,
      must: 'whole minutes in seconds, such as 600s',
      source: 'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies',
    },
    {
      at: 'conditions.condition_absent.duration',
      allows: (value) => seconds(value) % 60 === 0 && seconds(value) >= 120,
      must: 'whole minutes in seconds, at least 120s',
      source: 'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies',
    },
    {
      at: 'conditions.condition_threshold.aggregations.alignment_period',
      allows: within(60, 90_000),
      must: '60s to 90000s',
      source: 'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aggregation',
    },
    {
      at: 'conditions.condition_threshold.filter',
      allows: (text) => isBalanced(String(text)) && /metric\.type\s*=/.test(String(text)),
      must: 'a filter with one metric.type',
      source: 'https://cloud.google.com/monitoring/api/v3/filters',
    },
  ],
};

export const MONITORING_WHOLE: WholeRules = {
  google_monitoring_notification_channel: [
    {
      source: 'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels',
      refuses: ({ type, labels }) =>
        type === 'email' && isObject(labels) && labels.email_address === undefined
          ? 'labels: email_address must be set'
          : undefined,
    },
  ],
};
