// The table of permissions against the module's resources, its variables, and the permissions that IAM knows.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEEDED, permissionsFor } from '../../../../client/src/deployment/checks/permissions';
import { VARIABLES } from '../../../../client/src/deployment/variables';
import { isKnownPermission } from '../../../fakes/terraform-google/permissions';

const MODULE = join(__dirname, '../../../../deploy/gcp/modules/mymlops');

const terraform = readdirSync(MODULE)
  .filter((file) => file.endsWith('.tf'))
  .map((file) => readFileSync(join(MODULE, file), 'utf8'))
  .join('\n');

const typesOf = (block: string): string[] =>
  [...terraform.matchAll(new RegExp(`^${block} "(google_\\w+)"`, 'gm'))].map(([, type = '']) => type);

const rows = Object.values(NEEDED).flat();

test("the table has exactly the module's resources and data sources", () => {
  const used = new Set([...typesOf('resource'), ...typesOf('data')]);
  expect(used.size).toBeGreaterThan(20);
  expect(Object.keys(NEEDED).toSorted()).toEqual([...used].toSorted());
});

test('IAM knows each permission', () => {
  const permissions = [...permissionsFor(() => true).keys()];
  expect(permissions.length).toBeGreaterThan(70);
  expect(permissions.filter((one) => !isKnownPermission(one))).toEqual([]);
});

test('operations are awaited, which takes a right of its own in some services', () => {
  const permissions = [...permissionsFor(() => true).keys()];
  expect(permissions).toEqual(
    expect.arrayContaining([
      'cloudfunctions.operations.get',
      'serviceusage.operations.get',
      'datastore.operations.get',
    ]),
  );
});

test('each permission has one role, also if two resources need it', () => {
  const roles = new Map<string, Set<string>>();
  for (const { role, on, verbs } of rows) {
    for (const verb of verbs) roles.set(`${on}.${verb}`, (roles.get(`${on}.${verb}`) ?? new Set()).add(role));
  }
  expect([...roles].filter(([, names]) => names.size > 1)).toEqual([]);
});

test('conditions name variables of the module', () => {
  const names = rows.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  expect(names.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
});

/** The value of `name` in the first line that sets it. */
const valueIn = (text: string, name: string): string =>
  new RegExp(`^  ${name} += ([^\\n]+)`, 'm').exec(text)?.[1] ?? '';

/** The condition under which each resource of a type is made, if it has one of its own, and does not follow another resource. */
const conditionsOf = (type: string): string[] =>
  terraform
    .split(/^(?=resource |data )/m)
    .filter((block) => block.startsWith(`resource "${type}"`))
    .map((block) => valueIn(block, '(?:count|for_each)'))
    .map((condition) => (condition.startsWith('local.') ? valueIn(terraform, condition.slice(6)) : condition))
    .filter((condition) => !condition.startsWith('google_'));

const CONDITIONAL = Object.entries(NEEDED).flatMap(([type, needs]) =>
  needs.flatMap(({ variable, ofNetwork }) =>
    [variable, ofNetwork && 'network'].flatMap((name) => (name ? [{ type, variable: name }] : [])),
  ),
);

test.each(CONDITIONAL)('$type depends on $variable in the module, too', ({ type, variable }) => {
  for (const condition of conditionsOf(type)) expect(condition).toContain(`var.${variable}`);
});

test('no other resource depends on a variable', () => {
  const types = new Set(CONDITIONAL.map(({ type }) => type));
  const others = Object.keys(NEEDED).filter((type) => !types.has(type));
  expect(others.filter((type) => conditionsOf(type).some((one) => /var\.(?!enable_apis)/.test(one)))).toEqual([]);
});
