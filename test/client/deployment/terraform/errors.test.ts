// Terraform's errors: which are waited out, which name a lock, and how the others read.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeErrors, importIdOf } from '../../../../client/src/deployment/terraform/apply-errors';
import { lateReason } from '../../../../client/src/deployment/terraform/late-errors';
import { describeLock, lockIn } from '../../../../client/src/deployment/terraform/state-lock';

const error = (summary: string, detail = '') => ({ summary, detail });

test.each([
  'Error 400: Service account a@p.iam.gserviceaccount.com does not exist.',
  'Error 403: Cloud Pub/Sub API has not been used in project 1 before or it is disabled.',
  'Error 3: Could not build the function due to a missing permission on the build service account.',
  'Error 409: There were concurrent policy changes. Please retry the whole read-modify-write with backoff.',
])('waited out: %s', (text) => expect(lateReason(error(text))).toBeDefined());

test.each([
  'Error 403: The caller does not have permission',
  'Error 409: Resource already exists in the project',
  'Error 429: Quota exceeded for quota metric',
  'Error 400: Invalid value for field name',
])('not waited out: %s', (text) => expect(lateReason(error(text))).toBeUndefined());

const LOCK = `writing "gs://b/p/default.tflock" failed: googleapi: Error 412
Lock Info:
  ID:        1733130000123456
  Path:      gs://b/p/default.tflock
  Operation: OperationTypeApply
  Who:       ada@laptop
  Version:   1.11.4
  Created:   2026-12-01 10:00:00.123456789 +0000 UTC
  Info:      
`;

test('a lock: its holder, operation and age', () => {
  const lock = lockIn(error('Error acquiring the state lock', LOCK));
  const sinceMs = Date.parse('2026-12-01T10:00:00Z');
  expect(lock).toEqual({ id: '1733130000123456', who: 'ada@laptop', operation: 'apply', sinceMs });
  expect(lock && describeLock(lock, sinceMs + 14 * 60_000)).toContain('ada@laptop (apply, since 14 min)');
});

test('another error is not a lock', () => expect(lockIn(error('Error creating Topic', LOCK))).toBeUndefined());

const address = 'module.m.google_pubsub_topic.topic["requests"]';
const planned = () => ({ type: 'google_pubsub_topic', values: { project: 'p', name: 'requests' } });

test('a name that is taken: the line that takes the resource in', () => {
  const text = describeErrors([{ ...error('Error 409: Resource already exists'), address }], { planned });
  expect(text).toContain(`--import '${address}=projects/p/topics/requests'`);
});

test('a policy of the organisation is named', () => {
  const text = describeErrors([error('Error 412: violates constraints/compute.vmExternalIpAccess')], { planned });
  expect(text).toContain('in the way: constraints/compute.vmExternalIpAccess.');
});

// https://github.com/cloudspannerecosystem/autoscaler/issues/115: from 7 to 37 days after a removal.
test.each([
  ['mymlops_request_project', 'b'],
  ['mymlops_request_project_b', 'c'],
])('a role whose id Google still keeps, %s: the line that gives the roles another end', (role, end) => {
  const refusal = `Error 400: You can't create a role_id (${role}) which has been marked for deletion., failedPrecondition`;
  const own = 'module.mymlops.google_project_iam_custom_role.role["request project"]';
  const values = { project: 'p', role_id: role };
  const text = describeErrors([{ ...error(refusal), address: own }], {
    planned: () => ({ type: 'google_project_iam_custom_role', values }),
  });
  expect(text).toMatch(/marked for deletion.*\n {2}Google keeps the ids of deleted roles for 37 days\./);
  expect(text.split(' ').at(-1)).toBe(`role_suffix=${end}`);
  expect(lateReason(error(refusal))).toBeUndefined();
});

test("an account of a domain's project", () => {
  const id = importIdOf('google_service_account', { project: 'example.com:p', account_id: 'vm' });
  expect(id).toBe('projects/example.com:p/serviceAccounts/vm@p.example.com.iam.gserviceaccount.com');
});

const MODULE = join(__dirname, '../../../../deploy/gcp/modules/mymlops');
/** Google chooses their names, takes them twice, or has them in another resource. */
const NEVER_TAKEN =
  /_iam_member$|^google_(compute_router_nat|firebaserules_ruleset|firestore_field|monitoring_\w+|project_service|storage_bucket_object)$/;

test('each type of the module whose name may be taken can be taken in', () => {
  const texts = readdirSync(MODULE).flatMap((name) =>
    name.endsWith('.tf') ? readFileSync(join(MODULE, name), 'utf8') : [],
  );
  const types = new Set(
    texts.flatMap((text) => Array.from(text.matchAll(/^resource "(\w+)"/gm), ([, type = '']) => type)),
  );
  const known = [...types].filter((type) => importIdOf(type, fieldsOf()) !== undefined);
  expect(known.toSorted()).toEqual([...types].filter((type) => !NEVER_TAKEN.test(type)).toSorted());
});

/** Every field that an id is made of. */
function fieldsOf(): Record<string, string> {
  const names = ['project', 'location', 'region', 'name', 'database', 'collection', 'document_id', 'account_id'];
  return Object.fromEntries([...names, 'repository_id', 'role_id', 'secret_id'].map((name) => [name, 'x']));
}

test('without a value that the id needs, no line', () => {
  expect(importIdOf('google_pubsub_topic', { name: 'requests' })).toBeUndefined();
});
