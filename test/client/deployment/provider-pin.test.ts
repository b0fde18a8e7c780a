// The version of Google's provider: that of the last `deploy`, so that two colleagues plan alike; a client of another version starts anew.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '@mymlops/protocol';
import { chooseAnew, parseChoices } from '../../../client/src/deployment/choices';
import { rootJson } from '../../../client/src/deployment/root-json';
import { openTerraformFolder } from '../../../client/src/deployment/terraform/terraform-folder';
import { initialize } from '../../../client/src/deployment/terraform/initialize';
import { testContext } from '../context';
import { CHOICES } from './a-look';

const PINNED = { ...CHOICES, provider: '7.40.0' };
const WANTED = { project: 'my-project', deployment: 'mymlops', users: [], assignments: [] };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-provider-pin-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it is kept with the choices, as long as the client has the same version', () => {
  expect(parseChoices(PINNED, 'x')).toEqual(PINNED);
  expect(chooseAnew(PINNED, WANTED)).toEqual(PINNED);
  const older = VERSION.replace(/\d+$/, (patch) => String(Number(patch) + 1));
  expect(chooseAnew({ ...PINNED, version: older }, WANTED)).toEqual(CHOICES);
  expect(() => parseChoices({ ...PINNED, provider: '>= 1, "x"' }, 'x')).toThrow('cannot be read');
});

test('the root requires it exactly', () => {
  expect(rootJson(CHOICES, { provider: '7.40.0' })).toMatchObject({
    terraform: { required_providers: { google: { version: '7.40.0' } } },
  });
});

const SELECTED = {
  'registry.opentofu.org/hashicorp/google': '7.41.2',
  'registry.opentofu.org/hashicorp/other': '1.0.0',
};

/** A Terraform that installs only a root whose file does not name 7.40.0. */
function aTerraform(selected: object = SELECTED) {
  const path = join(folder, 'terraform');
  const lines = [
    '#!/bin/sh',
    `if [ "$1" = version ]; then echo '${JSON.stringify({ terraform_version: '1.11.4', provider_selections: selected })}'; exit; fi`,
    'if grep -q 7.40.0 main.tf.json; then echo "no available releases match"; exit 1; fi',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  const context = testContext();
  const program = { path, name: 'terraform', version: '1.11.4' } as const;
  const root = openTerraformFolder({ context, program, folder });
  const write = (provider: string | undefined): void =>
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(rootJson(CHOICES, { provider })));
  return { context, root, write };
}

test('the one that Terraform has chosen is learned', async () => {
  const { context, root, write } = aTerraform();
  expect(await initialize(root, { context, provider: undefined, write })).toBe('7.41.2');
  expect(context.said).toEqual([]);
});

test('one that cannot be had any more does not block: another one is taken, with a notice', async () => {
  const { context, root, write } = aTerraform();
  expect(await initialize(root, { context, provider: '7.40.0', write })).toBe('7.41.2');
  expect(context.said.join('\n')).toContain('7.40.0, with which this deployment was made, could not be installed');
});

test('a Terraform that does not tell leaves it as it was', async () => {
  const { context, root, write } = aTerraform({});
  expect(await initialize(root, { context, provider: '7.39.0', write })).toBe('7.39.0');
});
