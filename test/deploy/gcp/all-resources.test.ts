// Each resource that the stand-in of Terraform's google provider knows: made, planned again without a difference, changed, destroyed.
import { join } from 'node:path';
import { startTerraformGoogle, type TerraformGoogle } from '../../fakes/terraform-google';
import schema from './google-schema.json';
import { openTerraform, type Terraform } from './terraform';
import { describeTerraform } from '../../parts';

describeTerraform('Each resource', () => {
  const MODULE = join(__dirname, 'all-resources');
  const variables = { name: 'mymlops', location: 'europe-west4', text: 'one ${with} <signs> & %{more}' };

  let provider: TerraformGoogle;
  let terraform: Terraform;

  beforeAll(async () => {
    provider = await startTerraformGoogle();
    terraform = await openTerraform(provider);
    await terraform.callModule(MODULE, variables);
    expect(await terraform.init()).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    provider.close();
    await terraform.remove();
  });

  test('valid, and made', async () => {
    expect((await terraform.validate()).text).toContain('The configuration is valid');
    expect((await terraform.apply()).text).toContain('Apply complete!');
    expect(Object.keys(provider.google.state()).toSorted()).toEqual(Object.keys(schema.resources).toSorted());
  });

  test('no difference in the next plan', async () => {
    const { code, text } = await terraform.plan();
    expect(text).toContain('No changes.');
    expect(code).toBe(0);
  });

  test('outputs of the module, as a program reads them', async () => {
    const { deployment } = await terraform.outputs();
    expect(deployment?.value).toEqual({
      uri: expect.stringMatching(/^https:\/\/mymlops-one-[a-z]{10}-[a-z]{2}\.a\.run\.app$/) as string,
      project_number: '123456789012',
    });
  });

  test('a text is stored as it is', () => {
    const [document] = Object.values(
      provider.google.state('google_firestore_document').google_firestore_document ?? {},
    );
    const fields = JSON.parse(String(document?.fields)) as { text: unknown };
    expect(fields.text).toEqual({ stringValue: variables.text });
  });

  test('only what depends on a variable changes with it', async () => {
    await terraform.callModule(MODULE, { ...variables, text: 'two' });
    const before = provider.google.changes.length;
    expect((await terraform.apply()).text).toContain('1 added, 3 changed, 1 destroyed');
    expect(
      provider.google.changes
        .slice(before)
        .map((change) => change.split(' ').slice(0, 2).join(' '))
        .toSorted(),
    ).toEqual([
      'create google_storage_bucket_object',
      'delete google_storage_bucket_object',
      'update google_cloudfunctions2_function',
      'update google_firestore_document',
      'update google_project_iam_custom_role',
    ]);
    expect(await terraform.plan()).toMatchObject({ code: 0 });
  });

  test('destroyed, but for the APIs', async () => {
    expect((await terraform.destroy()).text).toContain('Destroy complete!');
    expect(Object.keys(provider.google.state())).toEqual(['google_project_service']);
  });
});
