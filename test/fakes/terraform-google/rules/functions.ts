// Functions, their repository and their schedule.
import { within, isBase64, LABEL_KEYS, type Rules } from './rule';
import { isObject } from '../values';

export const FUNCTION_RULES: Rules = {
  google_cloudfunctions2_function: [
    {
      at: 'name',
      allows: /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/,
      must: 'less than 50 of a-z, 0-9 and -, and begin with a letter',
      source: 'https://cloud.google.com/run/docs/deploying',
    },
    LABEL_KEYS,
    {
      at: 'build_config.runtime',
      allows: /^nodejs(?:20|22|24)$/,
      must: 'a runtime that Google supports, such as nodejs24',
      source: 'https://cloud.google.com/functions/docs/runtime-support',
    },
    {
      at: 'build_config.service_account',
      allows: /^projects\/[^/]+\/serviceAccounts\/[^/]+$/,
      must: 'projects/P/serviceAccounts/EMAIL',
      source: 'https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#BuildConfig',
    },
    {
      at: 'build_config.docker_repository',
      allows: /^projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+$/,
      must: 'projects/P/locations/L/repositories/R',
      source: 'https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#BuildConfig',
    },
    {
      at: 'service_config.available_memory',
      allows: /^\d+(?:k|M|G|Ki|Mi|Gi)?$/,
      must: 'an amount with k, M, G, Ki, Mi or Gi',
      source: 'https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#ServiceConfig',
    },
    {
      at: 'service_config.timeout_seconds',
      allows: within(1, 3600),
      must: '1 to 3600 seconds',
      source: 'https://cloud.google.com/functions/quotas',
    },
    {
      at: 'service_config.max_instance_request_concurrency',
      allows: within(1, 1000),
      must: '1 to 1000',
      source: 'https://cloud.google.com/run/docs/about-concurrency',
    },
    {
      at: 'service_config.environment_variables',
      allows: (all) =>
        isObject(all) &&
        Object.keys(all).every(
          (key) =>
            /^[A-Za-z_]\w*$/.test(key) && !/^(?:PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|X_GOOGLE_.*)$/.test(key),
        ),
      must: 'names of variables that Google does not set itself',
      source: 'https://cloud.google.com/functions/docs/configuring/env-var',
    },
  ],
  google_cloud_scheduler_job: [
    {
      at: 'name',
      allows: /^[A-Za-z0-9_-]{1,500}$/,
      must: 'letters, digits, - and _',
      source: 'https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs',
    },
    {
      at: 'schedule',
      allows: /^(?:\S+\s+){4}\S+$|^every .+/,
      must: 'five fields of cron',
      source: 'https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules',
    },
    {
      at: 'pubsub_target.topic_name',
      allows: /^projects\/[^/]+\/topics\/[^/]+$/,
      must: 'projects/P/topics/T',
      source: 'https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#PubsubTarget',
    },
    {
      at: 'pubsub_target.data',
      allows: isBase64,
      must: 'in base64',
      source: 'provider: resource_cloud_scheduler_job.go',
    },
    {
      at: 'http_target.body',
      allows: isBase64,
      must: 'in base64',
      source: 'provider: resource_cloud_scheduler_job.go',
    },
  ],
  google_artifact_registry_repository: [
    {
      at: 'repository_id',
      allows: /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      must: '1 to 63 of a-z, 0-9 and -, and begin with a letter',
      source: 'https://cloud.google.com/artifact-registry/docs/repositories/create-repos',
    },
    {
      at: 'format',
      allows: /^(?:DOCKER|MAVEN|NPM|PYTHON|APT|YUM|KFP|GO|GENERIC)$/i,
      must: 'a format, such as DOCKER',
      source: 'https://cloud.google.com/artifact-registry/docs/supported-formats',
    },
    LABEL_KEYS,
  ],
};
