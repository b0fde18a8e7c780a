// References that must exist before Google takes a resource, in Google's words.
import { readFile } from './objects';
import { isObject, type Value, type Values } from './values';

export interface Lookup {
  projects: string[];
  /** APIs that are enabled; undefined: all. */
  apis: Set<string> | undefined;
  has(type: string, id: string): boolean;
  some(type: string, test: (values: Values) => boolean): boolean;
}

/** The API that a resource needs, by the start of its type. */
const APIS: [string, string][] = [
  ['google_project_iam_custom_role', 'iam.googleapis.com'],
  ['google_project_iam', 'cloudresourcemanager.googleapis.com'],
  ['google_service_account', 'iam.googleapis.com'],
  ['google_pubsub', 'pubsub.googleapis.com'],
  ['google_firestore', 'firestore.googleapis.com'],
  ['google_firebaserules', 'firebaserules.googleapis.com'],
  ['google_storage', 'storage.googleapis.com'],
  ['google_cloudfunctions2', 'cloudfunctions.googleapis.com'],
  ['google_cloud_run', 'run.googleapis.com'],
  ['google_cloud_scheduler', 'cloudscheduler.googleapis.com'],
  ['google_secret_manager', 'secretmanager.googleapis.com'],
  ['google_compute', 'compute.googleapis.com'],
  ['google_monitoring', 'monitoring.googleapis.com'],
  ['google_artifact_registry', 'artifactregistry.googleapis.com'],
];

/** Google's refusal, or undefined where all that the resource names exists. */
export function missingReference(type: string, values: Values, lookup: Lookup): string | undefined {
  const { project } = values;
  if (typeof project === 'string' && !lookup.projects.includes(project)) {
    return `Error 403: Permission denied on resource project ${project}., CONSUMER_INVALID`;
  }
  return (
    missingApi(APIS.find(([start]) => type.startsWith(start))?.[1], lookup) ??
    missingMember(type, values, lookup) ??
    missingRole(values, lookup) ??
    CHECKS[type]?.(values, lookup)
  );
}

/** Google's refusal where the API is off. */
export function missingApi(api: string | undefined, { apis }: Pick<Lookup, 'apis'>): string | undefined {
  if (!apis || api === undefined || apis.has(api)) return undefined;
  return `Error 403: ${api} has not been used in project 123456789012 before or it is disabled. Enable it and retry., SERVICE_DISABLED`;
}

function missingMember(type: string, { member }: Values, lookup: Lookup): string | undefined {
  if (!type.endsWith('_iam_member')) return undefined;
  if (typeof member !== 'string' || !member.startsWith('serviceAccount:')) return undefined;
  return missingAccount(member.slice('serviceAccount:'.length), lookup);
}

function missingAccount(email: Value | undefined, lookup: Lookup): string | undefined {
  if (typeof email !== 'string') return undefined;
  const [, domain = ''] = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
  const [id = '', ...organization] = domain.split('.');
  const project = organization.length > 0 ? `${organization.join('.')}:${id}` : id;
  if (!lookup.projects.includes(project)) return undefined;
  if (lookup.some('google_service_account', (account) => account.email === email)) return undefined;
  return `Error 400: Service account ${email} does not exist., badRequest`;
}

function missingRole({ role }: Values, lookup: Lookup): string | undefined {
  if (typeof role !== 'string' || !role.startsWith('projects/')) return undefined;
  if (lookup.has('google_project_iam_custom_role', role)) return undefined;
  return `Error 400: Role (${role}) does not exist in the resource's hierarchy., badRequest`;
}

const notFound = (what: string) => `Error 404: ${what} was not found, notFound`;

function missing(type: string, id: string, lookup: Lookup): string | undefined {
  return lookup.has(type, id) ? undefined : notFound(id);
}

/** Where a short name stands for the path in the same project. */
function pathOf({ project }: Values, collection: string, name: Value | undefined): string {
  return String(name).startsWith('projects/')
    ? String(name)
    : `projects/${String(project)}/${collection}/${String(name)}`;
}

function firstOf(values: Values, name: string): Values {
  const value = values[name];
  const [first] = Array.isArray(value) ? value : [];
  return isObject(first) ? first : {};
}

function missingNetwork(values: Values, lookup: Lookup): string | undefined {
  const path = String(values.network).replace(/^https:\/\/www\.googleapis\.com\/compute\/v1\//, '');
  const id = path.startsWith('projects/') ? path : `projects/${String(values.project)}/global/networks/${path}`;
  const ours = lookup.projects.some((project) => id.startsWith(`projects/${project}/`));
  return ours ? missing('google_compute_network', id, lookup) : undefined;
}

function missingDatabase(values: Values, lookup: Lookup): string | undefined {
  return missing(
    'google_firestore_database',
    `projects/${String(values.project)}/databases/${String(values.database)}`,
    lookup,
  );
}

function missingForFunction(values: Values, lookup: Lookup): string | undefined {
  const build = firstOf(values, 'build_config');
  const { bucket, object } = firstOf(firstOf(build, 'source'), 'storage_source');
  const account = String(build.service_account ?? '').replace(/^projects\/[^/]+\/serviceAccounts\//, '');
  const repository = build.docker_repository;
  return (
    missing('google_storage_bucket_object', `${String(bucket)}-${String(object)}`, lookup) ??
    missingAccount(account, lookup) ??
    missingAccount(firstOf(values, 'service_config').service_account_email, lookup) ??
    (typeof repository === 'string' && repository
      ? missing('google_artifact_registry_repository', repository, lookup)
      : undefined)
  );
}

const CHECKS: Record<string, (values: Values, lookup: Lookup) => string | undefined> = {
  google_service_account_iam_member: ({ service_account_id: id }, lookup) =>
    missing('google_service_account', String(id), lookup),
  google_pubsub_topic_iam_member: (values, lookup) =>
    missing('google_pubsub_topic', pathOf(values, 'topics', values.topic), lookup),
  google_pubsub_subscription_iam_member: (values, lookup) =>
    missing('google_pubsub_subscription', pathOf(values, 'subscriptions', values.subscription), lookup),
  google_pubsub_subscription(values, lookup) {
    const { dead_letter_topic: dead } = firstOf(values, 'dead_letter_policy');
    const token = firstOf(firstOf(values, 'push_config'), 'oidc_token');
    return (
      missing('google_pubsub_topic', pathOf(values, 'topics', values.topic), lookup) ??
      (dead ? missing('google_pubsub_topic', pathOf(values, 'topics', dead), lookup) : undefined) ??
      missingAccount(token.service_account_email, lookup)
    );
  },
  google_firestore_document: missingDatabase,
  google_firestore_field: missingDatabase,
  google_firestore_index: missingDatabase,
  google_firebaserules_release: ({ project, ruleset_name: name }, lookup) => {
    const id = String(name).startsWith('projects/')
      ? String(name)
      : `projects/${String(project)}/rulesets/${String(name)}`;
    return missing('google_firebaserules_ruleset', id, lookup);
  },
  google_storage_bucket_object: ({ bucket, source }, lookup) =>
    typeof source === 'string' && !readFile(source)
      ? `open ${source}: no such file or directory`
      : missing('google_storage_bucket', String(bucket), lookup),
  google_storage_bucket_iam_member: ({ bucket }, lookup) =>
    missing('google_storage_bucket', String(bucket).replace(/^b\//, ''), lookup),
  google_cloudfunctions2_function: missingForFunction,
  google_cloud_run_service_iam_member: ({ project, location, service }, lookup) => {
    const name = String(service).split('/').at(-1);
    return missing(
      'google_cloudfunctions2_function',
      `projects/${String(project)}/locations/${String(location)}/functions/${name}`,
      lookup,
    );
  },
  google_cloud_scheduler_job(values, lookup) {
    const { topic_name: topic } = firstOf(values, 'pubsub_target');
    const token = firstOf(firstOf(values, 'http_target'), 'oidc_token');
    return (
      (topic ? missing('google_pubsub_topic', String(topic), lookup) : undefined) ??
      missingAccount(token.service_account_email, lookup)
    );
  },
  google_compute_firewall: missingNetwork,
  google_compute_router: missingNetwork,
  google_compute_router_nat: ({ project, region, router }, lookup) =>
    missing(
      'google_compute_router',
      `projects/${String(project)}/regions/${String(region)}/routers/${String(router)}`,
      lookup,
    ),
  google_artifact_registry_repository_iam_member: ({ project, location, repository }, lookup) => {
    const id = String(repository).startsWith('projects/')
      ? String(repository)
      : `projects/${String(project)}/locations/${String(location)}/repositories/${String(repository)}`;
    return missing('google_artifact_registry_repository', id, lookup);
  },
  google_monitoring_alert_policy({ notification_channels: channels }, lookup) {
    const lost = Array.isArray(channels)
      ? channels.find((one) => !lookup.has('google_monitoring_notification_channel', String(one)))
      : undefined;
    return lost === undefined ? undefined : notFound(String(lost));
  },
};
