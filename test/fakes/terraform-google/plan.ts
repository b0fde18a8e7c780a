// The answer of PlanResourceChange: the provider's defaults, what is known after apply, and what makes a resource anew.
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from './documents';
import { planObject } from './objects';
import { hasWord, isNested, type BlockSchema } from './schema';
import { isObject, UNKNOWN, type Value, type Values } from './values';

export interface Defaults {
  project?: string;
  region?: string;
}

export interface Step {
  attribute_name?: string;
  element_key_int?: number;
}

/** The label with which the provider marks what Terraform made. */
const MADE_BY_TERRAFORM = { 'goog-terraform-provisioned': 'true' };

export class PlanError extends Error {}

/** @param prior Null where the resource is created. */
export function planChange(
  type: string,
  block: BlockSchema,
  { prior, proposed }: { prior: Values | null; proposed: Values },
  defaults: Defaults,
): { planned: Values; replace: Step[][] } {
  const planned = fillBlock(block, proposed, prior);
  fillFromProvider(type, block, { planned, proposed, prior }, defaults);
  normalizeTexts(type, planned);
  fillLabels(block, planned, prior);
  if (type === 'google_service_account') fillEmail(planned, prior);
  if (type === 'google_storage_bucket_object') planObject(planned, prior);
  return { planned, replace: prior ? replacedPaths(block, prior, planned, []) : [] };
}

function fillBlock(block: BlockSchema, values: Values, prior: Values | null): Values {
  return Object.fromEntries(
    Object.entries(block).map(([name, field]) => {
      const value = values[name] ?? null;
      const before = prior?.[name] ?? null;
      if (!isNested(field)) {
        if (value !== null) return [name, value];
        if (field.default !== undefined) return [name, field.default];
        return [name, hasWord(field, 'computed') ? (prior ? before : UNKNOWN) : null];
      }
      if (field.block === 'single') return [name, value];
      if (!Array.isArray(value)) return [name, value];
      if (value.length === 0 && field.computed) return [name, prior ? before : UNKNOWN];
      const priorAt = (index: number) => (field.block === 'list' && Array.isArray(before) ? before[index] : undefined);
      return [
        name,
        value.map((one, index) => {
          const earlier = priorAt(index);
          return isObject(one) ? fillBlock(field.of, one, isObject(earlier) ? earlier : null) : one;
        }),
      ];
    }),
  );
}

function fillFromProvider(
  type: string,
  block: BlockSchema,
  { planned, proposed, prior }: { planned: Values; proposed: Values; prior: Values | null },
  defaults: Defaults,
): void {
  for (const name of ['project', 'region'] as const) {
    const field = block[name];
    if (!field || isNested(field) || !hasWord(field, 'optional') || (proposed[name] ?? null) !== null) continue;
    const value = defaults[name];
    if (!value) throw new PlanError(`${name}: required field is not set`);
    planned[name] = value;
  }
  const policy = block.deletion_policy;
  if (policy && (prior?.deletion_policy ?? null) === null && (proposed.deletion_policy ?? null) === null) {
    planned.deletion_policy = type === 'google_firestore_database' ? 'ABANDON' : 'DELETE';
  }
}

/** Texts that the provider rewrites before it compares them. */
function normalizeTexts(type: string, planned: Values): void {
  if (type === 'google_storage_bucket' && typeof planned.location === 'string') {
    planned.location = planned.location.toUpperCase();
  }
  if (type === 'google_firestore_document' && typeof planned.fields === 'string') {
    planned.fields = canonicalJson(JSON.parse(planned.fields));
  }
}

function fillLabels(block: BlockSchema, planned: Values, prior: Values | null): void {
  if (!block.effective_labels) return;
  const labels = planned.labels ?? {};
  const all = isObject(labels) ? { ...MADE_BY_TERRAFORM, ...labels } : UNKNOWN;
  // Taken in from elsewhere, it has not got the mark.
  const own = prior && isObject(prior.effective_labels) && !('goog-terraform-provisioned' in prior.effective_labels);
  const effective: Value = own && isObject(labels) ? labels : all;
  planned.terraform_labels = effective;
  planned.effective_labels = effective;
}

/** The provider knows an account's address before the account exists, so that it may be a key of `for_each`. */
function fillEmail(planned: Values, prior: Values | null): void {
  const { account_id: account, project } = planned;
  if (prior?.account_id === account || typeof account !== 'string' || typeof project !== 'string') return;
  planned.email = `${account}@${project}.iam.gserviceaccount.com`;
  planned.member = `serviceAccount:${planned.email}`;
}

function replacedPaths(block: BlockSchema, prior: Values, planned: Values, above: Step[]): Step[][] {
  return Object.entries(block).flatMap(([name, field]): Step[][] => {
    const before = prior[name] ?? null;
    const after = planned[name] ?? null;
    if (isDeepStrictEqual(before, after) || isBothEmpty(before, after)) return [];
    const path = [...above, { attribute_name: name }];
    if (!isNested(field)) return field.forceNew ? [path] : [];
    if (field.forceNew && lengthOf(before) !== lengthOf(after)) return [path];
    if (!Array.isArray(before) || !Array.isArray(after)) return field.forceNew ? [path] : [];
    if (field.block === 'set') return hasForceNew(field.of) ? [path] : [];
    return after.flatMap((one, index) => {
      const earlier = before[index];
      if (!isObject(one) || !isObject(earlier)) return [];
      return replacedPaths(field.of, earlier, one, [...path, { element_key_int: index }]);
    });
  });
}

function hasForceNew(block: BlockSchema): boolean {
  return Object.values(block).some((field) => field.forceNew || (isNested(field) && hasForceNew(field.of)));
}

function lengthOf(value: Value): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function isBothEmpty(before: Value, after: Value): boolean {
  return [before, after].every(
    (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0),
  );
}
