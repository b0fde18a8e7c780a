// The module, as it was made, read from the stand-in of Google: the functions' environment, the rights, and the settings document, held
// against the code that uses them; and the values of variables that it refuses.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accountEmail,
  bucketNames,
  deploymentSettings,
  grantsOf,
  IDENTITIES,
  namesOf,
  type Grant,
} from '@mymlops/protocol';
import { toFields } from '../../../deploy/local/shared/firestore-fields';
import { readConfig } from '../../../functions/src/config';
import { startTerraformGoogle, type TerraformGoogle, type Values } from '../../fakes/terraform-google';
import { openTerraform, type Terraform } from './terraform';
import { describeTerraform } from '../../parts';

describeTerraform('What Terraform has made', () => {
  const MODULE = join(__dirname, '../../../deploy/gcp/modules/mymlops');
  const NUMBER = '123456789012';
  const [PROJECT, DEPLOYMENT, SUFFIX] = ['my-project', 'a-b', 'bcdfghjk'];
  const names = { ...namesOf(PROJECT, DEPLOYMENT), buckets: bucketNames(PROJECT, DEPLOYMENT, SUFFIX) };
  const ADA = 'user:ada@example.com';
  const ACCOUNT = 'other-account@my-project.iam.gserviceaccount.com';
  const SUBNETWORK = 'projects/other-project/regions/europe-west4/subnetworks/one';

  const VARIABLES = {
    project: PROJECT,
    region: 'europe-west4',
    deployment: DEPLOYMENT,
    bucket_suffix: SUFFIX,
    functions_version: '0.2.0',
    oldest_client: '0.1.0',
    users: [ADA],
    network: 'projects/other-project/global/networks/shared',
    subnetworks: { 'europe-west4': SUBNETWORK },
    nat_regions: ['europe-west1', 'europe-west4'],
    max_parallel: 3,
    max_instances: 2,
    machine_type: 'n2-standard-2',
    disk_size_gb: 50,
    allowed_machine_types: ['e2-*', 'n2-standard-2'],
    allowed_accelerators: ['nvidia-l4'],
    allowed_image_projects: ['images-project'],
    allowed_service_accounts: [ACCOUNT],
    longest_run_days: 20,
    longest_queue_days: 30,
  };

  let provider: TerraformGoogle;
  let terraform: Terraform;
  let zip: string;

  const all = (type: string): Values[] => Object.values(provider.google.state(type)[type] ?? {});

  beforeAll(async () => {
    provider = await startTerraformGoogle({ projects: [PROJECT] });
    provider.google.put('google_service_account', { project: PROJECT, account_id: 'other-account' });
    terraform = await openTerraform(provider);
    zip = join(terraform.folder, 'functions.zip');
    writeFileSync(zip, 'the functions');
    await terraform.callModule(MODULE, { ...VARIABLES, functions_zip: zip });
    expect(await terraform.init()).toMatchObject({ code: 0 });
    expect((await terraform.apply()).text).toContain('Apply complete!');
  });

  afterAll(async () => {
    provider.close();
    await terraform.remove();
  });

  test.each(Object.values(names.functions))('%s starts with its environment', (name) => {
    const [made] = all('google_cloudfunctions2_function').filter((one) => one.name === name);
    const services = (made?.service_config ?? []) as { environment_variables: Record<string, string> }[];
    const environment = services[0]?.environment_variables ?? {};
    expect(readConfig(environment)).toMatchObject({
      names: namesOf(PROJECT, DEPLOYMENT),
      buckets: names.buckets,
      region: VARIABLES.region,
      network: VARIABLES.network,
      subnetworks: VARIABLES.subnetworks,
      natRegions: VARIABLES.nat_regions,
      serviceAccount: accountEmail('vm', names),
      machineType: VARIABLES.machine_type,
      diskSizeGb: VARIABLES.disk_size_gb,
      maxParallel: VARIABLES.max_parallel,
      maxInstances: VARIABLES.max_instances,
      hasAlerts: false,
      limits: {
        imageProjects: VARIABLES.allowed_image_projects,
        serviceAccounts: [ACCOUNT],
        machineTypes: VARIABLES.allowed_machine_types,
        accelerators: VARIABLES.allowed_accelerators,
        longestRunDays: 20,
        longestQueueDays: 30,
      },
    });
  });

  interface Binding {
    member: string;
    role: string;
    /** Full name, as in `grantsOf`. */
    resource: string;
  }

  /** Every member of every policy. */
  function bindings(): Binding[] {
    const types: [string, (values: Values) => string][] = [
      [
        'google_project_iam_member',
        ({ project, condition }) => conditional(condition) ?? `projects/${String(project)}`,
      ],
      ['google_pubsub_topic_iam_member', ({ project, topic }) => `projects/${String(project)}/topics/${String(topic)}`],
      [
        'google_pubsub_subscription_iam_member',
        ({ project, subscription }) => `projects/${String(project)}/subscriptions/${String(subscription)}`,
      ],
      ['google_storage_bucket_iam_member', ({ bucket }) => `projects/_/buckets/${String(bucket)}`],
      ['google_service_account_iam_member', ({ service_account_id: id }) => String(id)],
      [
        'google_cloud_run_service_iam_member',
        ({ project, service }) => `projects/${String(project)}/locations/-/services/${String(service)}`,
      ],
      ['google_artifact_registry_repository_iam_member', ({ repository }) => `repository ${String(repository)}`],
    ];
    return types.flatMap(([type, resourceOf]) =>
      all(type).map((values) => ({
        member: String(values.member),
        role: String(values.role),
        resource: resourceOf(values),
      })),
    );
  }

  /** The resources that a condition leaves, with the project's id for its number. */
  function conditional(condition: Values[string] | undefined): string | undefined {
    const [first] = condition as { expression: string }[];
    if (!first) return undefined;
    const [, whole] = /^resource\.name == "([^"]+)"$/.exec(first.expression) ?? [];
    const [, start] = /^resource\.name\.startsWith\("([^"]+)"\)$/.exec(first.expression) ?? [];
    if (start) return `${start.replace(`projects/${NUMBER}/`, `projects/${PROJECT}/`)}*`;
    return whole ?? first.expression;
  }

  test('custom roles give the rights of the code, and no other', () => {
    const roles = provider.google.state('google_project_iam_custom_role').google_project_iam_custom_role ?? {};
    const identityOf = (member: string) =>
      member === ADA
        ? 'client'
        : IDENTITIES.find((one) => one !== 'client' && member === `serviceAccount:${accountEmail(one, names)}`);
    const given = bindings().flatMap(({ member, role, resource }) =>
      ((roles[role]?.permissions ?? []) as string[]).map((permission) => ({
        identity: identityOf(member),
        permission,
        resource,
      })),
    );
    // The other account that a run may have is on the list of the variables alone.
    const account = `projects/${PROJECT}/serviceAccounts/${ACCOUNT}`;
    const own = given.filter(({ resource }) => resource !== account);
    const sorted = (grants: object[]) => grants.map((grant) => JSON.stringify(grant)).toSorted();
    expect(sorted(own)).toEqual(sorted(grantsOf(names) satisfies Grant[]));
    expect(given.filter((grant) => !own.includes(grant))).toEqual([
      { identity: 'request', permission: 'iam.serviceAccounts.actAs', resource: account },
    ]);
  });

  test("Google's own roles are for Google's own accounts and for the build", () => {
    const build = `serviceAccount:${DEPLOYMENT}-build@${PROJECT}.iam.gserviceaccount.com`;
    const agent = (service: string) => `serviceAccount:service-${NUMBER}@gcp-sa-${service}.iam.gserviceaccount.com`;
    // Not by the start of its name: europe-west1 is also the start of europe-west10.
    const sources = `projects/_/buckets/gcf-v2-sources-${NUMBER}-${VARIABLES.region}`;
    const others = bindings().filter(({ role }) => !role.startsWith(`projects/${PROJECT}/roles/`));
    expect(others.map(({ member, role, resource }) => `${member} ${role} ${resource}`).toSorted()).toEqual([
      `${build} roles/artifactregistry.writer repository ${DEPLOYMENT}-functions`,
      `${build} roles/logging.logWriter projects/${PROJECT}`,
      `${build} roles/storage.objectViewer resource.name == "${sources}" || resource.name.startsWith("${sources}/")`,
      `${agent('cloudscheduler')} roles/pubsub.publisher projects/${PROJECT}/topics/${DEPLOYMENT}-sweeps`,
      `${agent('pubsub')} roles/iam.serviceAccountTokenCreator projects/${PROJECT}/serviceAccounts/${accountEmail('push', names)}`,
      `${agent('pubsub')} roles/pubsub.publisher projects/${PROJECT}/topics/${DEPLOYMENT}-events-dead`,
      `${agent('pubsub')} roles/pubsub.publisher projects/${PROJECT}/topics/${DEPLOYMENT}-requests-dead`,
      `${agent('pubsub')} roles/pubsub.subscriber projects/${PROJECT}/subscriptions/${DEPLOYMENT}-events`,
      `${agent('pubsub')} roles/pubsub.subscriber projects/${PROJECT}/subscriptions/${DEPLOYMENT}-requests`,
    ]);
  });

  test('messages lie in the region of the deployment alone: they hold commands and parameters', () => {
    const topics = all('google_pubsub_topic');
    expect(topics).toHaveLength(5);
    for (const { message_storage_policy: policy } of topics) {
      expect(policy).toMatchObject([{ allowed_persistence_regions: [VARIABLES.region] }]);
    }
  });

  test('the settings are what a client reads', () => {
    const [document] = all('google_firestore_document');
    expect(document).toMatchObject({ collection: 'deployment', document_id: 'settings', database: names.database });
    const settings = {
      v: 1,
      region: VARIABLES.region,
      buckets: { ...names.buckets },
      topics: { ...names.topics },
      version: VARIABLES.functions_version,
      oldestClient: VARIABLES.oldest_client,
    };
    expect(deploymentSettings.parse(settings)).toEqual(settings);
    expect(JSON.parse(String(document?.fields))).toEqual(toFields(settings));
  });

  test.each<[object, string]>([
    [{ project: 'Wrong' }, 'project must be the id of a project'],
    [{ region: 'moon-west1' }, 'In this region one of the services is missing'],
    [{ bucket_suffix: 'aaaaaaaa' }, 'bucket_suffix must have 8 characters'],
    [{ deployment: 'a-' }, 'A deployment name has at most 20'],
    [{ users: ['ada@example.com'] }, 'Each user begins with user:'],
    [{ secrets: ['a-b'] }, 'A name of a secret has letters'],
    [{ alert_emails: ['ada'] }, 'Each of alert_emails must be an email address'],
    [{ max_parallel: 0 }, 'max_parallel must be a whole number'],
    [{ max_instances: 0 }, 'max_instances must be a whole number'],
    [{ allowed_machine_types: ['N2'] }, 'Name one machine type or more'],
    [{ allowed_accelerators: ['L4 GPU'] }, 'An accelerator is like'],
    [{ longest_run_days: 101 }, 'longest_run_days must be a whole number'],
    [{ longest_queue_days: 1.5 }, 'longest_queue_days must be a whole number'],
    [{ disk_size_gb: 9 }, 'disk_size_gb must be a whole number'],
    [{ image: 'ubuntu' }, 'image must be projects/'],
    [{ gpu_image: 'driver' }, 'gpu_image must be projects/'],
    [{ allowed_service_accounts: ['ada@example.com'] }, 'Each of allowed_service_accounts must be the email'],
    [{ network: 'shared' }, 'network must be projects/'],
    [{ subnetworks: { 'us-east1': SUBNETWORK } }, 'Each of subnetworks must be REGION'],
    [{ network: '' }, 'subnetworks belong to a network of yours'],
    [{ nat_regions: ['europe'] }, 'Each of nat_regions must be a region'],
  ])('%j is refused', async (variables, sentence) => {
    await terraform.callModule(MODULE, { ...VARIABLES, functions_zip: zip, ...variables });
    const { code, text } = await terraform.plan('-refresh=false');
    expect(text).toContain(sentence);
    expect(code).toBe(1);
  });
});
