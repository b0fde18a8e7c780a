// Databases, buckets and secrets.
import { within, isJson, firstOf, LABEL_KEYS, type Rule, type Rules, type WholeRules } from './rule';
import { isObject } from '../values';

const FIRESTORE_PARENT: Rule = {
  at: 'database',
  allows: /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
  must: 'the id of a database, not its path',
  source: 'https://cloud.google.com/firestore/docs/manage-databases#database_id',
};

export const STORAGE_RULES: Rules = {
  google_firestore_database: [
    {
      at: 'name',
      allows: /^(?:\(default\)|(?![0-9a-f]{8}-[0-9a-f]{4}-)[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
      must: '4 to 63 of a-z, 0-9 and -, and begin with a letter',
      source: 'https://cloud.google.com/firestore/docs/manage-databases#database_id',
    },
    {
      at: 'location_id',
      allows: /^(?:eur3|nam5|nam7|[a-z]+-[a-z]+\d+)$/,
      must: 'a location of Firestore in lower case',
      source: 'https://cloud.google.com/firestore/docs/locations',
    },
  ],
  google_firestore_document: [
    FIRESTORE_PARENT,
    { at: 'fields', allows: isJson, must: 'JSON', source: 'provider: resource_firestore_document.go' },
    {
      at: 'document_id',
      allows: /^(?!\.\.?$)(?!__.*__$)[^/]{1,1500}$/,
      must: 'an id without /',
      source: 'https://cloud.google.com/firestore/quotas#limits',
    },
  ],
  google_firestore_field: [FIRESTORE_PARENT],
  google_firestore_index: [FIRESTORE_PARENT],
  google_storage_bucket: [
    {
      at: 'name',
      allows: /^(?!goog)(?!.*(?:google|g00gle))[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/,
      must: '3 to 63 of a-z, 0-9, - and _, and not contain google',
      source: 'https://cloud.google.com/storage/docs/buckets#naming',
    },
    LABEL_KEYS,
    {
      at: 'public_access_prevention',
      allows: /^(?:inherited|enforced)$/,
      must: 'inherited or enforced',
      source: 'https://cloud.google.com/storage/docs/public-access-prevention',
    },
    {
      at: 'soft_delete_policy.retention_duration_seconds',
      allows: (value) => value === 0 || within(604_800, 7_776_000)(value),
      must: '0, or 604800 to 7776000 seconds',
      source: 'https://cloud.google.com/storage/docs/soft-delete',
    },
    {
      at: 'lifecycle_rule.action.type',
      allows: /^(?:Delete|SetStorageClass|AbortIncompleteMultipartUpload)$/,
      must: 'Delete, SetStorageClass or AbortIncompleteMultipartUpload',
      source: 'https://cloud.google.com/storage/docs/lifecycle#actions',
    },
    {
      at: 'lifecycle_rule.condition.age',
      allows: within(0, 100_000),
      must: 'a number of days',
      source: 'https://cloud.google.com/storage/docs/lifecycle#age',
    },
  ],
  google_secret_manager_secret: [
    {
      at: 'secret_id',
      allows: /^[A-Za-z0-9_-]{1,255}$/,
      must: 'at most 255 of letters, digits, - and _',
      source: 'https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create',
    },
    LABEL_KEYS,
  ],
};

export const STORAGE_WHOLE: WholeRules = {
  google_storage_bucket: [
    {
      source: 'https://cloud.google.com/storage/docs/lifecycle#conditions',
      refuses({ lifecycle_rule: rules }) {
        const bare = (Array.isArray(rules) ? rules : []).filter(isObject).some((rule) => {
          const condition = firstOf(rule, 'condition') ?? {};
          return Object.values(condition).every(
            (value) => value === null || (Array.isArray(value) && value.length === 0),
          );
        });
        return bare ? 'lifecycle_rule: a condition must name at least one thing' : undefined;
      },
    },
  ],
};
