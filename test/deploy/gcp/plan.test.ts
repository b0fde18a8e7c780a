// Terraform's plan, which takes no provider, against the code that uses it: one list of names, roles and rights, read three ways.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  accountEmail,
  bucketNames,
  deadLetterOf,
  grantsOf,
  namesOf,
  resourceName,
  RIGHTS,
  roleId,
  rolesOf,
  type Identity,
  type Resource,
} from '@mymlops/protocol';
import { describeTerraform } from '../../parts';
import { MAX_ATTEMPTS } from '../../../functions/src/engine/run/next-attempt';

const PLAN = join(__dirname, '../../../deploy/gcp/modules/mymlops/modules/plan');
const SUFFIX = 'bcdfghjk';

interface Binding {
  identity: Identity;
  member: string;
  role: string;
  resource: Resource;
}
interface Planned {
  names: {
    topics: Record<string, string>;
    dead_letters: Record<string, string>;
    functions: Record<string, string>;
    accounts: Record<string, string>;
    emails: Record<Exclude<Identity, 'client'>, string>;
    buckets: { results: string; live: string };
    database: string;
  };
  roles: Record<string, { id: string; permissions: string[] }>;
  bindings: Record<string, Binding>;
  live_days: number;
}

let folder: string;
function terraform(...args: string[]): string {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, TF_CLI_CONFIG_FILE: join(folder, 'empty.tfrc'), CHECKPOINT_DISABLE: '1' };
  return execFileSync('terraform', args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
}

function planned(variables: object): Planned {
  writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify(variables));
  terraform('apply', '-auto-approve', '-no-color', '-input=false');
  const outputs = JSON.parse(terraform('output', '-json')) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])) as unknown as Planned;
}

const LONG = 'a'.repeat(20);
const ADA = 'user:ada@example.com';

describeTerraform('modules/plan', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mymlops-plan-'));
    cpSync(PLAN, folder, { recursive: true });
    writeFileSync(join(folder, 'empty.tfrc'), '');
    terraform('init', '-no-color');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['my-project', 'mymlops'],
    ['abcdef', 'a'],
    ['a'.repeat(30), LONG],
    [`${'a'.repeat(20)}-bcdefghij`, 'a-b'],
    ['googly-project', 'a--b'],
    ['example.com:my-project', 'mymlops'],
  ])('project %s, deployment %s', (project, deployment) => {
    const { names, roles, bindings } = planned({
      ...{ project, deployment, project_number: '123', region: 'europe-west4', bucket_suffix: SUFFIX, users: [ADA] },
    });
    const ours = namesOf(project, deployment);
    const all = { ...ours, buckets: bucketNames(project, deployment, SUFFIX) };
    expect(names).toMatchObject({
      ...{ topics: ours.topics, functions: ours.functions, accounts: ours.accounts, database: ours.database },
      buckets: all.buckets,
      dead_letters: { requests: deadLetterOf(ours.topics.requests), events: deadLetterOf(ours.topics.events) },
    });
    const emails = (['request', 'event', 'sweep', 'vm', 'push'] as const).map((who) => [who, accountEmail(who, ours)]);
    expect(names.emails).toMatchObject(Object.fromEntries(emails) as object);
    expect(
      Object.values(roles)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(
      rolesOf()
        .map((role) => roleId(deployment, role))
        .toSorted(),
    );
    // The rights that Terraform gives are those that the local cloud holds every call to.
    const given = Object.values(bindings).flatMap(({ identity, role, resource }) =>
      (roles[role]?.permissions ?? []).map((permission) => ({
        ...{ identity, permission },
        resource: resourceName(resource, all),
      })),
    );
    const sorted = (grants: object[]): string[] => grants.map((grant) => JSON.stringify(grant)).toSorted();
    expect(sorted(given)).toEqual(sorted(grantsOf(all)));
    const memberOf = (identity: Identity): string =>
      identity === 'client' ? ADA : `serviceAccount:${accountEmail(identity, ours)}`;
    for (const { identity, member } of Object.values(bindings)) expect(member).toBe(memberOf(identity));
  });

  test('roles.json is what `npm run roles` writes', () => {
    const written = JSON.parse(readFileSync(join(PLAN, 'roles.json'), 'utf8')) as unknown;
    expect(written).toEqual(rolesOf());
    expect(Object.keys(RIGHTS).toSorted()).toEqual([...new Set(rolesOf().map(({ identity }) => identity))].toSorted());
  });

  test('an object of the live bucket outlives every attempt of the longest run', () => {
    const variables = { project: 'my-project', deployment: 'd', project_number: '1', region: 'us-east1' };
    const { live_days: days } = planned({
      ...variables,
      bucket_suffix: SUFFIX,
      longest_run_days: 9,
      longest_queue_days: 4,
    });
    expect(days).toBe(MAX_ATTEMPTS * 9 + 4 + 7);
  });

  test("the plan's own tests", () => {
    expect(terraform('test', '-no-color')).toMatch(/Success! 6 passed, 0 failed/);
  });

  test('all files have the form of `terraform fmt`', () => {
    expect(terraform('fmt', '-check', '-recursive', join(PLAN, '../../..'))).toBe('');
  });
});
