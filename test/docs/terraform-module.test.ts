// The module's README names every variable and output with the words of the module itself, and its example is one that
// Terraform takes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startTerraformGoogle } from '../fakes/terraform-google';
import { TERRAFORM_INSTALL, testWith } from '../parts';
import { openTerraform } from '../deploy/gcp/terraform';

const MODULE = join(__dirname, '../../deploy/gcp/modules/mymlops');
const read = (name: string): string => readFileSync(join(MODULE, name), 'utf8');

test.each(['variable', 'output'])('each %s stands in the README with its description', (kind) => {
  const blocks = read(`${kind}s.tf`).matchAll(
    new RegExp(`^${kind} "(\\w+)" \\{\\n  description = "((?:[^"\\\\]|\\\\.)*)"`, 'gm'),
  );
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const said = [...blocks].map(([, name, text]) => [name, text?.replaceAll('\\"', '"')]);
  expect(said.length).toBeGreaterThan(4);
  for (const [name, text] of said) {
    expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`)).join('\n')).toContain(` ${text} |`);
  }
});

test('every variable and output has a description', () => {
  for (const file of ['variables.tf', 'outputs.tf', 'modules/plan/variables.tf', 'modules/plan/outputs.tf']) {
    const text = read(file);
    const blocks = text.match(/^(variable|output) "/gm) ?? [];
    expect([file, text.match(/^ {2}description = "\S/gm)?.length]).toEqual([file, blocks.length]);
  }
});

testWith('terraform', TERRAFORM_INSTALL)('the example is applied, and planned again without a difference', async () => {
  const provider = await startTerraformGoogle({});
  const terraform = await openTerraform(provider, {});
  try {
    const root = read('examples/basic/main.tf');
    const zip = join(terraform.folder, 'functions.zip');
    writeFileSync(zip, 'source');
    await terraform.write({
      'main.tf': root
        .replace('source = "../.."', `source = "${relative(terraform.folder, MODULE)}"`)
        .replace('"${path.root}/functions.zip"', JSON.stringify(zip)),
      'terraform.tfvars.json': JSON.stringify({ project: 'my-project', bucket_suffix: 'bcdfghjk' }),
    });
    expect(await terraform.init()).toMatchObject({ code: 0 });
    expect(await terraform.apply()).toMatchObject({ code: 0 });
    expect(await terraform.plan()).toMatchObject({ code: 0 });
  } finally {
    provider.close();
    await terraform.remove();
  }
});
