// The module that deploys mymlops, for several deployments: made, planned again without a difference, and destroyed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTerraformGoogle, type TerraformGoogle } from '../../fakes/terraform-google';
import { openTerraform, type Terraform } from './terraform';
import { describeTerraform } from '../../parts';

describeTerraform('Terraform makes a deployment', () => {
  const MODULE = join(__dirname, '../../../deploy/gcp/modules/mymlops');

  const REQUIRED = {
    project: 'my-project',
    region: 'europe-west4',
    bucket_suffix: 'bcdfghjk',
    functions_version: '0.2.0',
    oldest_client: '0.1.0',
  };

  /** What Terraform itself needs; the module enables all others. */
  const APIS = ['cloudresourcemanager.googleapis.com', 'serviceusage.googleapis.com'];

  /** What is left of a deployment that was destroyed. */
  const KEPT = [
    'google_firebaserules_ruleset',
    'google_firestore_database',
    'google_firestore_field',
    'google_project_service',
    'google_secret_manager_secret',
    'google_storage_bucket',
  ];

  const opened: { provider: TerraformGoogle; terraform: Terraform }[] = [];

  afterEach(async () => {
    for (const { provider, terraform } of opened.splice(0)) {
      provider.close();
      await terraform.remove();
    }
  });

  interface Deployment extends TerraformGoogle {
    terraform: Terraform;
    /** Gives the module other variables, or the functions another content. */
    change(variables: object, zip?: string): Promise<void>;
  }

  async function openDeployment(variables: object, on?: TerraformGoogle): Promise<Deployment> {
    const { project } = { ...REQUIRED, ...variables };
    const provider = on ?? (await startTerraformGoogle({ projects: [project], apis: APIS }));
    const terraform = await openTerraform(provider);
    opened.push({ provider, terraform });
    const change = async (more: object, zip = 'the functions') => {
      const functionsZip = join(terraform.folder, 'functions.zip');
      await writeFile(functionsZip, zip);
      const all = { ...REQUIRED, functions_zip: functionsZip, ...variables, ...more };
      await terraform.callModule(MODULE, all, { project, region: REQUIRED.region });
    };
    await change({});
    const { code, text } = await terraform.init();
    expect({ code, text }).toMatchObject({ code: 0 });
    return { ...provider, terraform, change };
  }

  async function makeAll({ terraform }: Deployment): Promise<void> {
    expect((await terraform.apply()).text).toContain('Apply complete!');
    expect((await terraform.plan()).text).toContain('No changes.');
  }

  test.each<[string, object]>([
    ['the shortest names', { deployment: 'a', project: 'abcdef' }],
    ['a project whose id has a domain', { project: 'example.com:my-project' }],
    ['the longest names', { deployment: 'a'.repeat(20), project: 'a'.repeat(30) }],
    [
      'users, secrets, alerts, labels and Cloud NAT',
      {
        users: [
          'user:ada@example.com',
          'group:team@example.com',
          'serviceAccount:ci@other-project.iam.gserviceaccount.com',
        ],
        secrets: ['API_KEY', `A${'1'.repeat(199)}`],
        alert_emails: ['ada@example.com', 'bob@example.com'],
        labels: { team: 'research' },
        nat_regions: ['europe-west1', 'europe-west4'],
      },
    ],
    [
      'a network that exists, and bounds of what a run may cost',
      {
        network: 'projects/other-project/global/networks/shared',
        subnetworks: { 'europe-west4': 'projects/other-project/regions/europe-west4/subnetworks/one' },
        max_parallel: 3,
        max_instances: 2,
        allowed_machine_types: ['e2-*'],
        allowed_accelerators: ['nvidia-l4'],
        longest_run_days: 100,
        longest_queue_days: 100,
      },
    ],
  ])('%s: made, no difference in the next plan, destroyed', async (_what, variables) => {
    const deployment = await openDeployment(variables);
    await makeAll(deployment);
    expect((await deployment.terraform.destroy()).text).toContain('Destroy complete!');
    const left = Object.keys(deployment.google.state());
    expect(left.filter((type) => !KEPT.includes(type))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(['google_firestore_database', 'google_storage_bucket']));
  });

  test('another version changes the functions and the settings alone', async () => {
    const deployment = await openDeployment({});
    await makeAll(deployment);
    const before = deployment.google.changes.length;
    await deployment.change({ functions_version: '0.3.0' }, 'newer functions');
    await makeAll(deployment);
    const changes = deployment.google.changes.slice(before).map((change) => change.split(' ').slice(0, 2).join(' '));
    expect([...new Set(changes)].toSorted()).toEqual([
      'create google_storage_bucket_object',
      'delete google_storage_bucket_object',
      'update google_cloudfunctions2_function',
      'update google_firestore_document',
    ]);
  });

  test('a failure in the middle: the next apply makes the rest', async () => {
    const deployment = await openDeployment({});
    const error = 'Error 400: Service account does not exist., badRequest';
    deployment.google.failNext({ type: 'google_cloudfunctions2_function', error, times: 2 });
    const first = await deployment.terraform.apply();
    expect(first.text).toContain(error);
    expect(deployment.google.state('google_firestore_document')).toEqual({});
    await makeAll(deployment);
  });

  test('two deployments in one project: to destroy one leaves the other as it was', async () => {
    const one = await openDeployment({ deployment: 'a' });
    await makeAll(one);
    const before = one.google.state();
    const two = await openDeployment({ deployment: 'a-b' }, one);
    await makeAll(two);
    expect((await two.terraform.destroy()).text).toContain('Destroy complete!');
    expect((await one.terraform.plan()).text).toContain('No changes.');
    expect(one.google.state()).toMatchObject(before);
  });
});
