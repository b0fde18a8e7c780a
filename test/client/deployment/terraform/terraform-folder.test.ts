// Plan and apply with real Terraform and its built-in resource, which needs no provider.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '../../../../client/src/deployment/terraform/find-terraform';
import { openTerraformFolder } from '../../../../client/src/deployment/terraform/terraform-folder';
import { TERRAFORM_INSTALL, testWith } from '../../../parts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mymlops-terraform-folder-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const testTerraform = testWith('terraform', TERRAFORM_INSTALL);

testTerraform('a plan is shown, applied, and then there is nothing to do', async () => {
  writeFileSync(join(folder, 'main.tf'), 'resource "terraform_data" "one" {\n  input = "a"\n}\n');
  const said: string[] = [];
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME };
  const context = {
    env,
    notice: (line: string) => void said.push(line),
    ask: () => Promise.resolve(null),
    interrupted: new AbortController().signal,
    unfinished: new Set<object>(),
  };
  const terraform = openTerraformFolder({ context, program: await findTerraform(env), folder });
  await terraform.init();
  expect(await terraform.plan()).toEqual({ changes: true });
  expect(said.join('\n')).toContain('terraform_data.one will be created');
  await terraform.apply();
  expect(await terraform.plan()).toEqual({ changes: false });
});
