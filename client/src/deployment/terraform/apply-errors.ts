// Errors of Terraform as sentences with a remedy. Google's own sentence stays.
import type { TerraformError } from './run-terraform';

/** How the provider's `import` names a resource, with its planned values. Each: the section "Import" of its page. */
const IMPORT_IDS: Readonly<Record<string, string>> = {
  google_artifact_registry_repository: 'projects/{project}/locations/{location}/repositories/{repository_id}',
  google_cloud_scheduler_job: 'projects/{project}/locations/{region}/jobs/{name}',
  google_cloudfunctions2_function: 'projects/{project}/locations/{location}/functions/{name}',
  google_compute_firewall: 'projects/{project}/global/firewalls/{name}',
  google_compute_network: 'projects/{project}/global/networks/{name}',
  google_compute_router: 'projects/{project}/regions/{region}/routers/{name}',
  google_firestore_document: 'projects/{project}/databases/{database}/documents/{collection}/{document_id}',
  google_firestore_database: 'projects/{project}/databases/{name}',
  google_firebaserules_release: 'projects/{project}/releases/{name}',
  google_project_iam_custom_role: 'projects/{project}/roles/{role_id}',
  google_pubsub_subscription: 'projects/{project}/subscriptions/{name}',
  google_pubsub_topic: 'projects/{project}/topics/{name}',
  google_secret_manager_secret: 'projects/{project}/secrets/{secret_id}',
  google_service_account: 'projects/{project}/serviceAccounts/{account_id}@{accounts}',
  google_storage_bucket: '{name}',
};

export type Values = Record<string, unknown>;

/** Undefined for a type whose names nobody else can have taken, and where a value is not known yet. */
export function importIdOf(type: string, values: Values): string | undefined {
  const known: Values = { ...values, accounts: accountDomain(values['project']) };
  const parts = (IMPORT_IDS[type] ?? '').split(/\{(\w+)\}/).map((part, at) => (at % 2 === 0 ? part : known[part]));
  return parts.length > 1 && parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

/** A project of a domain, example.com:my-project, has my-project.example.com in its accounts' addresses. */
function accountDomain(project: unknown): string | undefined {
  if (typeof project !== 'string') return undefined;
  return `${project.split(':').toReversed().join('.')}.iam.gserviceaccount.com`;
}

/** @param planned Values of a resource by its address, from the plan. */
export function describeErrors(
  errors: readonly TerraformError[],
  options: { planned: (address: string) => { type: string; values: Values } | undefined },
): string {
  return errors.map((error) => describe(error, options)).join('\n');
}

function describe(error: TerraformError, { planned }: Parameters<typeof describeErrors>[1]): string {
  const { address } = error;
  const sentence = [address, plain(error)].filter(Boolean).join(': ');
  const policy = /\bconstraints\/[\w.]+/.exec(`${error.summary} ${error.detail}`)?.[0];
  if (policy !== undefined) {
    return `${sentence}\n  A policy of your organisation is in the way: ${policy}. Its administrator can make an exception for this project.`;
  }
  const [, keptRole] = KEPT_ROLE.exec(sentence) ?? [];
  if (keptRole !== undefined) return `${sentence}\n  ${anotherEnd(keptRole)}`;
  if (!/already ?exists|alreadyOwnedByYou|you already own it/i.test(sentence) || address === undefined) return sentence;
  const found = planned(address);
  const id = found && importIdOf(found.type, found.values);
  if (id === undefined) return sentence;
  return `${sentence}\n  If it belongs to this deployment, take it in, with the same line as before and: --import '${address}=${id}'`;
}

/** From 7 to 37 days after a removal: https://github.com/cloudspannerecosystem/autoscaler/issues/115 */
const KEPT_ROLE = /role_id \((\S+)\) which has been marked for deletion/i;

const anotherEnd = (role: string): string =>
  `Google keeps the ids of deleted roles for 37 days. Give the roles another end, with the same line as before and: --set role_suffix=${role.endsWith('_b') ? 'c' : 'b'}`;

const plain = ({ summary, detail }: TerraformError): string =>
  [summary, detail === summary ? '' : detail].join(' ').replaceAll(/\s+/g, ' ').trim();
