// Writes google-schema.json anew: of the provider's schema, what the module uses, with what the schema does not say and the
// provider's source does: which change makes a resource anew, defaults, and values that are allowed.
//
//   node test/deploy/gcp/trim-schema.mjs SCHEMA PROVIDER > test/deploy/gcp/google-schema.json
//
// SCHEMA is what `terraform providers schema -json` prints in a folder whose only provider is hashicorp/google. PROVIDER is a
// checkout of https://github.com/hashicorp/terraform-provider-google of the same version.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const RESOURCES = [
  'google_artifact_registry_repository',
  'google_artifact_registry_repository_iam_member',
  'google_cloud_run_service_iam_member',
  'google_cloud_scheduler_job',
  'google_cloudfunctions2_function',
  'google_compute_firewall',
  'google_compute_network',
  'google_compute_router',
  'google_compute_router_nat',
  'google_firebaserules_release',
  'google_firebaserules_ruleset',
  'google_firestore_database',
  'google_firestore_document',
  'google_firestore_field',
  'google_firestore_index',
  'google_monitoring_alert_policy',
  'google_monitoring_notification_channel',
  'google_project_iam_custom_role',
  'google_project_iam_member',
  'google_project_service',
  'google_pubsub_subscription',
  'google_pubsub_subscription_iam_member',
  'google_pubsub_topic',
  'google_pubsub_topic_iam_member',
  'google_secret_manager_secret',
  'google_service_account',
  'google_service_account_iam_member',
  'google_storage_bucket',
  'google_storage_bucket_iam_member',
  'google_storage_bucket_object',
];
const DATA = ['google_client_config', 'google_project'];

const [, , schemaFile, provider] = process.argv;
const read = JSON.parse(readFileSync(schemaFile, 'utf8'));
const schemas = read.provider_schemas?.['registry.terraform.io/hashicorp/google'];

const { resources, data } = schemas
  ? { resources: pick(schemas.resource_schemas), data: pick(schemas.data_source_schemas) }
  : { resources: read.resources, data: read.data };
print({
  source:
    'https://github.com/hashicorp/terraform-provider-google, commit e03b762 of 2026-08-21 (7.x); made by trim-schema.mjs',
  resources: Object.fromEntries(RESOURCES.map((type) => [type, withFacts(type, resources[type])])),
  data: Object.fromEntries(DATA.map((type) => [type, data[type]])),
});

/** A line for each attribute and block. */
function print({ source, ...kinds }) {
  const inBraces = (indent, entries) => `{\n${entries.map((entry) => indent + entry).join(',\n')}\n${indent.slice(1)}}`;
  const field = ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
  const block = ([name, fields]) => `${JSON.stringify(name)}: ${inBraces('   ', Object.entries(fields).map(field))}`;
  const kind = ([name, blocks]) => `${JSON.stringify(name)}: ${inBraces('  ', Object.entries(blocks).map(block))}`;
  process.stdout.write(`${inBraces(' ', [field(['source', source]), ...Object.entries(kinds).map(kind)])}\n`);
}

function pick(all) {
  return Object.fromEntries(Object.entries(all).map(([type, { block }]) => [type, flattenBlock(block)]));
}

function flattenBlock({ attributes = {}, block_types: blocks = {} }) {
  const flat = {};
  for (const [name, { type, required, optional, computed, sensitive, deprecated }] of Object.entries(attributes)) {
    const words = { required, optional, computed, sensitive, deprecated };
    flat[name] = {
      type,
      is: Object.keys(words)
        .filter((word) => words[word])
        .join(' '),
    };
  }
  for (const [name, { nesting_mode: block, min_items: min, max_items: max, block: of }] of Object.entries(blocks)) {
    flat[name] = { block, min, max, of: flattenBlock(of) };
  }
  return flat;
}

function withFacts(type, block) {
  const facts = type.endsWith('_iam_member') ? undefined : readFacts(sourceOf(type));
  return addFacts(block, (path) => (facts ? facts.get(path) : { forceNew: !path.startsWith('timeouts') }), '');
}

function addFacts(block, factsOf, above) {
  return Object.fromEntries(
    Object.entries(block).map(([name, field]) => {
      const path = above + name;
      const of = field.of && { of: addFacts(field.of, factsOf, `${path}.`) };
      const { computed, ...facts } = factsOf(path) ?? {};
      const only = field.is === 'computed';
      return [name, { ...field, ...(only ? {} : facts), ...(field.of && computed ? { computed } : {}), ...of }];
    }),
  );
}

/** The text of the Go file that declares the resource. */
function sourceOf(type) {
  const name = type.replace('google_', '');
  const services = join(provider, 'google', 'services');
  for (const service of readdirSync(services)) {
    for (const file of [`resource_${name}.go`, `resource_google_${name}.go`]) {
      const path = join(services, service, file);
      try {
        return readFileSync(path, 'utf8');
      } catch {
        // In another service's folder.
      }
    }
  }
  throw new Error(`No source of ${type} in ${services}`);
}

/** Facts by path, such as `push_config.oidc_token.audience`. The file is as gofmt indents it. */
function readFacts(text) {
  const facts = new Map();
  const open = [];
  const lines = text.slice(text.search(/\n\t\tSchema: map\[string\]\*schema\.Schema\{/)).split('\n');
  for (const line of lines) {
    if (line === '}') break;
    const depth = line.length - line.trimStart().length;
    const begins = /^\t+"([a-z0-9_]+)": \{$/.exec(line);
    if (/^\t+\},?$/.test(line)) while (open.at(-1)?.depth >= depth) open.pop();
    if (begins) open.push({ name: begins[1], depth });
    const here = open.at(-1);
    if (!here || depth !== here.depth + 1) continue;
    const path = open.map(({ name }) => name).join('.');
    const fact = readFact(line.trim());
    if (fact) facts.set(path, { ...facts.get(path), ...fact });
  }
  return facts;
}

function readFact(line) {
  if (/^ForceNew:\s+true,$/.test(line)) return { forceNew: true };
  if (/^Computed:\s+true,$/.test(line)) return { computed: true };
  const [, literal] = /^Default:\s+("[^"]*"|-?\d+|true|false),$/.exec(line) ?? [];
  if (literal !== undefined) return { default: JSON.parse(literal) };
  const [, values] =
    /^ValidateFunc:\s+(?:verify\.ValidateEnum|validation\.StringInSlice)\(\[\]string\{([^}]*)\}/.exec(line) ?? [];
  if (values)
    return {
      values: values
        .split(',')
        .map((value) => JSON.parse(value.trim()))
        .filter(Boolean),
    };
  const [, pattern] = /^ValidateFunc:\s+verify\.ValidateRegexp\(`([^`]+)`\),$/.exec(line) ?? [];
  if (pattern) return { pattern };
  const [, rule, others] =
    /^(ConflictsWith|ExactlyOneOf|AtLeastOneOf|RequiredWith):\s+\[\]string\{(.+)\},$/.exec(line) ?? [];
  if (rule)
    return { [`${rule[0].toLowerCase()}${rule.slice(1)}`]: others.split(',').map((other) => JSON.parse(other.trim())) };
  return undefined;
}
