// How Google answers for each kind of resource: its id, and what it fills in.
import { createHash } from 'node:crypto';
import { asFirestoreAnswers, canonicalJson } from './documents';
import { localHash } from './objects';
import { hasWord, isNested, RESOURCES, type BlockSchema } from './schema';
import { isObject, UNKNOWN, type Value, type Values } from './values';

export const PROJECT_NUMBER = '123456789012';
const NOW = '2026-12-01T12:00:00Z';
const COMPUTE = 'https://www.googleapis.com/compute/v1/';

interface Kind {
  id(values: Record<string, string>): string;
  /** Values that Google gives; a function is called with the id. */
  fill?(values: Record<string, string>, id: string): Values;
  /** What Google changes in any case. */
  change?(answer: Values): void;
  /** It may be created once more. */
  shared?: boolean;
}

function hashOf(text: string, length: number, alphabet = 'abcdefghijkmnpqrstuvwxyz'): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}

const digitsOf = (text: string, length: number) => hashOf(text, length, '123456789');
const member = (resource: (values: Record<string, string>) => string): Kind => ({
  id: (values) => [resource(values), values.role, values.member, values.conditionTitle].filter(Boolean).join('/'),
  shared: true,
});
const full = (value: string | undefined, start: string) =>
  value?.startsWith('projects/') ? value : `${start}${value}`;
const named = (path: (values: Record<string, string>) => string): Kind => ({
  id: path,
  fill: (_values, id) => ({ name: id }),
});
const compute = (path: (values: Record<string, string>) => string): Kind => ({
  id: path,
  fill: (_values, id) => ({ self_link: COMPUTE + id }),
});
/** example.com:project has accounts at project.example.com. */
const emailOf = ({ account_id: account, project }: Record<string, string>) =>
  `${account}@${String(project).split(':').toReversed().join('.')}.iam.gserviceaccount.com`;
const databaseOf = ({ project, database }: Record<string, string>) => `projects/${project}/databases/${database}`;

const KINDS: Record<string, Kind> = {
  google_project_service: { id: ({ project, service }) => `${project}/${service}`, shared: true },
  google_project_iam_member: member(({ project }) => String(project)),
  google_project_iam_custom_role: named(({ project, role_id: role }) => `projects/${project}/roles/${role}`),
  google_service_account: {
    id: (values) => `projects/${values.project}/serviceAccounts/${emailOf(values)}`,
    fill: (_values, id) => ({ name: id, unique_id: digitsOf(id, 21) }),
    // Not as the provider has planned them, where the project's id has a domain.
    change(answer) {
      answer.email = emailOf(textsOf(answer));
      answer.member = `serviceAccount:${answer.email}`;
    },
  },
  google_service_account_iam_member: member(({ service_account_id: id }) => String(id)),
  google_pubsub_topic: { id: ({ project, name }) => `projects/${project}/topics/${name}` },
  google_pubsub_topic_iam_member: member(({ project, topic }) => full(topic, `projects/${project}/topics/`)),
  google_pubsub_subscription: {
    id: ({ project, name }) => `projects/${project}/subscriptions/${name}`,
    fill: () => ({ ack_deadline_seconds: 10, expiration_policy: [{ ttl: '2678400s' }] }),
    // Not computed in the schema: left out, they differ in the next plan.
    change(answer) {
      for (const policy of blocksOf(answer, 'dead_letter_policy')) policy.max_delivery_attempts ??= 5;
      for (const policy of blocksOf(answer, 'retry_policy')) {
        policy.minimum_backoff ||= '10s';
        policy.maximum_backoff ||= '600s';
      }
    },
  },
  google_pubsub_subscription_iam_member: member(({ project, subscription }) =>
    full(subscription, `projects/${project}/subscriptions/`),
  ),
  google_firestore_database: {
    id: ({ project, name }) => `projects/${project}/databases/${name}`,
    fill: (_values, id) => ({
      app_engine_integration_mode: 'DISABLED',
      concurrency_mode: 'PESSIMISTIC',
      database_edition: 'STANDARD',
      delete_protection_state: 'DELETE_PROTECTION_DISABLED',
      uid: hashOf(id, 20),
      version_retention_period: '3600s',
      earliest_version_time: NOW,
    }),
  },
  google_firestore_document: {
    id: (values) => `${databaseOf(values)}/documents/${values.collection}/${values.document_id}`,
    fill: ({ collection, document_id: document }, id) => ({ name: id, path: `${collection}/${document}` }),
    change(answer) {
      answer.fields = canonicalJson(asFirestoreAnswers(JSON.parse(String(answer.fields))));
    },
  },
  google_firestore_field: {
    ...named((values) => `${databaseOf(values)}/collectionGroups/${values.collection}/fields/${values.field}`),
    // Firestore has no call that makes one: https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.collectionGroups.fields
    shared: true,
    change(answer) {
      for (const ttl of blocksOf(answer, 'ttl_config')) ttl.state = 'ACTIVE';
    },
  },
  google_firestore_index: named(
    (values) =>
      `${databaseOf(values)}/collectionGroups/${values.collection}/indexes/${hashOf(`index ${values.serial}`, 12)}`,
  ),
  google_firebaserules_ruleset: {
    id: ({ project, serial }) => `projects/${project}/rulesets/${hashOf(`ruleset ${serial}`, 32, '0123456789abcdef')}`,
    fill: (_values, id) => ({ name: id.split('/').at(-1) ?? '' }),
  },
  google_firebaserules_release: { id: ({ project, name }) => `projects/${project}/releases/${name}` },
  google_storage_bucket: {
    id: ({ name }) => String(name),
    fill: ({ name }, id) => ({
      self_link: `https://www.googleapis.com/storage/v1/b/${id}`,
      url: `gs://${name}`,
      project_number: Number(PROJECT_NUMBER),
      public_access_prevention: 'inherited',
      soft_delete_policy: [{ retention_duration_seconds: 604_800, effective_time: NOW }],
      rpo: 'DEFAULT',
    }),
  },
  google_storage_bucket_iam_member: member(({ bucket }) => `b/${bucket}`),
  google_storage_bucket_object: {
    id: ({ bucket, name }) => `${bucket}-${name}`,
    fill: ({ bucket, name }, id) => ({
      output_name: String(name),
      generation: Number(digitsOf(id, 15)),
      storage_class: 'STANDARD',
      content_type: 'application/octet-stream',
      self_link: `https://www.googleapis.com/storage/v1/b/${bucket}/o/${name}`,
    }),
    change(answer) {
      const hash = localHash(answer);
      if (hash === undefined) return;
      answer.md5hash = hash;
      answer.md5hexhash = Buffer.from(hash, 'base64').toString('hex');
      answer.detect_md5hash = hash;
    },
    shared: true, // a new generation
  },
  google_cloudfunctions2_function: {
    id: ({ project, location, name }) => `projects/${project}/locations/${location}/functions/${name}`,
    fill: ({ project, location, name }, id) => ({
      environment: 'GEN_2',
      state: 'ACTIVE',
      url: `https://${location}-${project}.cloudfunctions.net/${name}`,
      'service_config.uri': `https://${name}-${hashOf(String(project), 10)}-${hashOf(String(location), 2)}.a.run.app`,
      'service_config.gcf_uri': `https://${location}-${project}.cloudfunctions.net/${name}`,
      'service_config.service': `projects/${project}/locations/${location}/services/${name}`,
      'service_config.available_cpu': '0.1666',
      'service_config.available_memory': '256M',
      'service_config.max_instance_count': 100,
      'service_config.max_instance_request_concurrency': 1,
      'service_config.service_account_email': `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`,
      'build_config.build': `projects/${PROJECT_NUMBER}/locations/${location}/builds/${hashOf(id, 32, '0123456789abcdef')}`,
      'build_config.docker_repository': `projects/${project}/locations/${location}/repositories/gcf-artifacts`,
      'build_config.service_account': `projects/${project}/serviceAccounts/${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`,
      'build_config.automatic_update_policy': [{}],
    }),
    // The provider at the schema's version hides the difference. Here each plan shows it: the module is not to rely on that.
    change(answer) {
      for (const service of blocksOf(answer, 'service_config')) {
        const variables = isObject(service.environment_variables) ? service.environment_variables : {};
        service.environment_variables = { LOG_EXECUTION_ID: 'true', ...variables };
      }
    },
  },
  google_cloud_run_service_iam_member: member(
    ({ project, location, service }) => `v1/${full(service, `projects/${project}/locations/${location}/services/`)}`,
  ),
  google_cloud_scheduler_job: {
    id: ({ project, region, name }) => `projects/${project}/locations/${region}/jobs/${name}`,
    fill: () => ({ state: 'ENABLED' }),
  },
  google_secret_manager_secret: {
    id: ({ project, secret_id: secret }) => `projects/${project}/secrets/${secret}`,
    fill: ({ secret_id: secret }) => ({ name: `projects/${PROJECT_NUMBER}/secrets/${secret}` }),
  },
  google_compute_network: compute(({ project, name }) => `projects/${project}/global/networks/${name}`),
  google_compute_firewall: {
    ...compute(({ project, name }) => `projects/${project}/global/firewalls/${name}`),
    fill: (_values, id) => ({ self_link: COMPUTE + id, direction: 'INGRESS' }),
  },
  google_compute_router: compute(
    ({ project, region, name }) => `projects/${project}/regions/${region}/routers/${name}`,
  ),
  google_compute_router_nat: {
    id: ({ project, region, router, name }) => `${project}/${region}/${router}/${name}`,
    fill: () => ({ auto_network_tier: 'PREMIUM', endpoint_types: ['ENDPOINT_TYPE_VM'], min_ports_per_vm: 64 }),
  },
  google_monitoring_alert_policy: named(
    ({ project, serial }) => `projects/${project}/alertPolicies/${digitsOf(`policy ${serial}`, 19)}`,
  ),
  google_monitoring_notification_channel: named(
    ({ project, serial }) => `projects/${project}/notificationChannels/${digitsOf(`channel ${serial}`, 19)}`,
  ),
  google_artifact_registry_repository: {
    id: ({ project, location, repository_id: repository }) =>
      `projects/${project}/locations/${location}/repositories/${repository}`,
    fill: ({ project, location, repository_id: repository }) => ({
      name: String(repository),
      registry_uri: `${location}-docker.pkg.dev/${project}/${repository}`,
      vulnerability_scanning_config: [],
    }),
  },
  google_artifact_registry_repository_iam_member: member(({ project, location, repository }) =>
    full(repository, `projects/${project}/locations/${location}/repositories/`),
  ),
};

export function isShared(type: string): boolean {
  return kindOf(type).shared === true;
}

/**
 * The id of a resource, as the provider makes it.
 *
 * @param serial Another one for each creation: some ids are Google's own, and never the same twice.
 */
export function idOf(type: string, values: Values, serial: number): string {
  return kindOf(type).id({ ...textsOf(values), serial: String(serial) });
}

/** The resource as Google answers it once it exists. */
export function answerOf(type: string, planned: Values, id: string): Values {
  const kind = kindOf(type);
  const given: Values = { id, etag: hashOf(id, 12), ...kind.fill?.(textsOf(planned), id) };
  const answer = fill(RESOURCES[type] ?? {}, planned, given, '');
  kind.change?.(answer);
  return answer;
}

function fill(block: BlockSchema, values: Values, given: Values, above: string): Values {
  return Object.fromEntries(
    Object.entries(block).map(([name, field]) => {
      const value = values[name] ?? null;
      const path = above + name;
      if (!isNested(field)) {
        if (value !== UNKNOWN && (value !== null || !hasWord(field, 'computed'))) return [name, value];
        return [name, given[path] ?? (value === UNKNOWN ? emptyOf(name, field.type) : null)];
      }
      if (value === UNKNOWN) return [name, given[path] ?? []];
      if (!Array.isArray(value)) return [name, value];
      return [name, value.map((one) => (isObject(one) ? fill(field.of, one, given, `${path}.`) : one))];
    }),
  );
}

function emptyOf(name: string, type: unknown): Value {
  if (/(?:time|timestamp|updated|time_created)$/.test(name)) return type === 'string' ? NOW : null;
  if (type === 'string') return '';
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  return Array.isArray(type) && type[0] === 'map' ? {} : [];
}

function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (!kind) throw new Error(`This stand-in does not know ${type}: add it to resources.ts and to trim-schema.mjs`);
  return kind;
}

function blocksOf(values: Values, name: string): Values[] {
  const blocks = values[name];
  return Array.isArray(blocks) ? blocks.filter(isObject) : [];
}

/** Texts for ids. */
function textsOf(values: Values): Record<string, string> {
  const texts = Object.entries(values).filter(([, value]) => typeof value === 'string');
  const [condition] = blocksOf(values, 'condition');
  return Object.fromEntries([...texts, ['conditionTitle', condition?.title ?? '']]) as Record<string, string>;
}
