// Quotas: of the network, and of the VMs that mymlops.yml asks for.
import type { Quota } from '../../../../client/src/google/administration';
import { checkQuotas } from '../../../../client/src/deployment/checks/quotas';
import type { WantedVm } from '../../../../client/src/deployment/checks/wanted';
import { anAdministration, aWanted, off, refused, value } from './an-administration';

const PAGE = 'https://console.cloud.google.com/iam-admin/quotas?project=my-project';
const HOME = 'europe-west4';

const quota = (metric: string, limit: number, usage = 0): Quota => ({ metric, limit, usage });

/** A project with these quotas, and three regions: the deployment's own, one with the quotas `there`, and one without any. */
const withQuotas = (ofProject: Quota[], home: Quota[] = [], there: Quota[] = home) =>
  anAdministration({
    quotas: {
      ofProject: () => value(ofProject),
      ofRegions: () =>
        value([
          { region: HOME, quotas: home },
          { region: 'us-east1', quotas: there },
          { region: 'us-west1', quotas: there },
        ]),
    },
  });

test('enough of everything', async () => {
  expect(await checkQuotas(anAdministration(), aWanted({ vms: [{ name: 'commit' }] }))).toEqual([]);
});

test.each([
  ['NETWORKS', quota('NETWORKS', 5, 5), 1, {}],
  ['SUBNETWORKS: one a region', quota('SUBNETWORKS', 100, 98), 3, {}],
  ['FIREWALLS', quota('FIREWALLS', 10, 10), 1, {}],
  ['ROUTERS: one a region of Cloud NAT', quota('ROUTERS', 10, 9), 2, { nat_regions: [HOME, 'us-east1'] }],
])('the network needs more %s', async (_name, found, need, variables) => {
  const { metric, limit, usage } = found;
  expect(await checkQuotas(withQuotas([found]), aWanted({ variables }))).toEqual([
    {
      ...{ severity: 'stop', about: 'quotas', remedy: PAGE },
      sentence: `The deployment's own network needs ${need} more of the quota ${metric}, of which ${usage} of ${limit} are in use. Request more, or share a network: mymlops-client deploy --project my-project --set network=projects/P/global/networks/N`,
    },
  ]);
});

test.each([
  ['exists already', { isNew: false }],
  ['is shared', { variables: { network: 'projects/host/global/networks/shared' } }],
])('a network that %s takes no quota', async (_name, overrides) => {
  expect(await checkQuotas(withQuotas([quota('NETWORKS', 5, 5)]), aWanted(overrides))).toEqual([]);
});

test('a quota that is overdrawn, and of which nothing is needed, stops nothing', async () => {
  expect(await checkQuotas(withQuotas([quota('ROUTERS', 0, 1)]), aWanted())).toEqual([]);
});

const GPU: WantedVm = { name: 'train', machineType: 'g2-standard-24', provisioning: 'standard' };

test('a GPU in a project that may have none at all', async () => {
  expect(await checkQuotas(withQuotas([quota('GPUS_ALL_REGIONS', 0)]), aWanted({ vms: [GPU] }))).toEqual([
    {
      ...{ severity: 'warning', about: 'quotas', remedy: PAGE },
      sentence: 'train takes a VM that needs 2 of the quota GPUS_ALL_REGIONS, whose limit is 0.',
    },
  ]);
});

const lacks = (name: string, needs: string): object => ({
  ...{ severity: 'warning', about: 'quotas', remedy: PAGE },
  sentence: `Region europe-west4 lacks quotas that a VM of ${name} needs: ${needs}. Request more, or permit other regions with zone_regex.`,
});

test.each<[string, Omit<WantedVm, 'name'>, Quota, string]>([
  ['CPUs of the default type', {}, quota('CPUS', 3), '4 of CPUS'],
  ['CPUs of a family with its own quota', { machineType: 'n2-standard-8' }, quota('N2_CPUS', 7), '8 of N2_CPUS'],
  ['CPUs of a custom type', { machineType: 'custom-6-8192' }, quota('CPUS', 5), '6 of CPUS'],
  [
    'a GPU beside the machine type',
    { machineType: 'n1-standard-4', accelerator: { type: 'nvidia-tesla-t4', count: 2 } },
    quota('NVIDIA_T4_GPUS', 1),
    '2 of NVIDIA_T4_GPUS',
  ],
  ['GPUs of the machine type', { machineType: 'a2-highgpu-4g' }, quota('NVIDIA_A100_GPUS', 3), '4 of NVIDIA_A100_GPUS'],
  ['CPUs of a type with GPUs', { machineType: 'a2-megagpu-16g' }, quota('A2_CPUS', 95), '96 of A2_CPUS'],
  ['external addresses', {}, quota('IN_USE_ADDRESSES', 0), '1 of IN_USE_ADDRESSES'],
])('the own region lacks %s', async (_name, vm, found, needs) => {
  const wanted = aWanted({ vms: [{ name: 'commit', provisioning: 'standard', ...vm }] });
  expect(await checkQuotas(withQuotas([], [found]), wanted)).toEqual([lacks('commit', needs)]);
  const enough = { ...found, limit: 1000 };
  expect(await checkQuotas(withQuotas([], [enough], []), wanted)).toEqual([]);
});

test('the machine type is by default that of --set machine_type', async () => {
  const wanted = aWanted({ vms: [{ name: 'commit' }], variables: { machine_type: 'c3-standard-22' } });
  expect(await checkQuotas(withQuotas([], [quota('C3_CPUS', 8)]), wanted)).toEqual([lacks('commit', '22 of C3_CPUS')]);
});

test('other regions do not help without zone_regex, because VMs are made in the own region', async () => {
  const administration = withQuotas([], [quota('CPUS', 0)], [quota('CPUS', 1000)]);
  expect(await checkQuotas(administration, aWanted({ vms: [{ name: 'commit' }] }))).toHaveLength(1);
  expect(await checkQuotas(administration, aWanted({ vms: [{ name: 'commit', zoneRegex: 'us-' }] }))).toEqual([]);
});

test('none of the regions that zone_regex permits suffices', async () => {
  const administration = withQuotas([], [quota('CPUS', 1000)], [quota('CPUS', 2)]);
  const vms = [{ name: 'commit', zoneRegex: 'us-(east|west)1-[bc]' }];
  expect(await checkQuotas(administration, aWanted({ vms }))).toEqual([
    {
      ...{ severity: 'warning', about: 'quotas', remedy: PAGE },
      sentence:
        'No region that zone_regex us-(east|west)1-[bc] permits has the quotas that a VM of commit needs: 4 of CPUS.',
    },
  ]);
});

test('VMs are made only in regions with a subnetwork, if they are named', async () => {
  const administration = withQuotas([], [quota('CPUS', 0)], [quota('CPUS', 1000)]);
  const vms = [{ name: 'commit', zoneRegex: '.*' }];
  expect(await checkQuotas(administration, aWanted({ vms }))).toEqual([]);
  const variables = { subnetworks: { [HOME]: `projects/p/regions/${HOME}/subnetworks/s` } };
  expect(await checkQuotas(administration, aWanted({ vms, variables }))).toHaveLength(1);
});

test('a zone_regex that is not valid does not end the checks', async () => {
  const vms = [{ name: 'broken', zoneRegex: '(' }, { name: 'commit' }];
  expect(await checkQuotas(withQuotas([], [quota('CPUS', 0)]), aWanted({ vms }))).toEqual([
    lacks('commit', '4 of CPUS'),
  ]);
});

test('VMs of a region with Cloud NAT have no external address', async () => {
  const administration = withQuotas([], [quota('IN_USE_ADDRESSES', 0)]);
  const vms = [{ name: 'commit' }];
  expect(await checkQuotas(administration, aWanted({ vms, variables: { nat_regions: [HOME] } }))).toEqual([]);
  expect(await checkQuotas(administration, aWanted({ vms, variables: { nat_regions: ['us-east1'] } }))).toHaveLength(1);
});

test.each([
  ['CPUs', {}, [quota('CPUS', 0), quota('PREEMPTIBLE_CPUS', 8)]],
  ['CPUs of a family', { machineType: 'n2-standard-8' }, [quota('N2_CPUS', 0), quota('PREEMPTIBLE_CPUS', 8)]],
  ['GPUs', { machineType: 'g2-standard-4' }, [quota('NVIDIA_L4_GPUS', 0), quota('PREEMPTIBLE_NVIDIA_L4_GPUS', 1)]],
])('Spot VMs take %s of their own quota', async (_name, vm, quotas) => {
  const check = (provisioning: WantedVm['provisioning']) =>
    checkQuotas(withQuotas([], quotas), aWanted({ vms: [{ name: 'commit', ...vm, provisioning }] }));
  expect(await check('spot')).toEqual([]);
  expect(await check(undefined)).toEqual([]);
  expect(await check('standard')).toHaveLength(1);
});

test.each([
  ['of a family without a known quota', 'x4-standard-8'],
  ['whose name has no number', 'e2-micro'],
])('a machine type %s is not checked', async (_name, machineType) => {
  const wanted = aWanted({ vms: [{ name: 'commit', machineType }] });
  expect(await checkQuotas(withQuotas([], [quota('CPUS', 0)]), wanted)).toEqual([]);
});

const NAMED = { severity: 'warning', about: 'quotas' };

test('quotas of a project in which Compute Engine is off await it', async () => {
  const administration = anAdministration({ quotas: { ofProject: () => off('compute.googleapis.com') } });
  expect(await checkQuotas(administration, aWanted())).toEqual([
    {
      ...{ ...NAMED, awaitsApi: 'compute.googleapis.com' },
      sentence: 'Quotas could not be checked: compute.googleapis.com is off.',
      remedy: 'gcloud services enable compute.googleapis.com --project my-project',
    },
  ]);
});

test.each([
  ['ofProject', 'compute.projects.get'],
  ['ofRegions', 'compute.regions.list'],
])('%s is refused: the permission is named', async (call, permission) => {
  const administration = anAdministration({ quotas: { [call]: () => refused({}) } });
  expect(await checkQuotas(administration, aWanted())).toEqual([
    { ...NAMED, sentence: `Quotas could not be checked: you lack the permission ${permission}.` },
  ]);
});
