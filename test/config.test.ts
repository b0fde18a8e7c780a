// The environment of the functions: what Terraform, or the local cloud, sets.
import { readConfig } from '../functions/src/config';

const VM_ACCOUNT = 'mymlops-vm@p.iam.gserviceaccount.com';
const env = {
  ...{ MYMLOPS_PROJECT: 'p', MYMLOPS_REGION: 'europe-west1', MYMLOPS_VM_SERVICE_ACCOUNT: VM_ACCOUNT },
  ...{ MYMLOPS_RESULTS_BUCKET: 'of-results', MYMLOPS_LIVE_BUCKET: 'of-live' },
};

test('the lists of what a request may choose are read from the environment; empty by default', () => {
  const lists = { MYMLOPS_ALLOWED_IMAGE_PROJECTS: 'a, b,', MYMLOPS_ALLOWED_SERVICE_ACCOUNTS: 'x@y.z' };
  expect(readConfig({ ...env, ...lists }).limits).toMatchObject({
    ...{ imageProjects: ['a', 'b'], serviceAccounts: ['x@y.z'] },
  });
  expect(readConfig(env).limits).toMatchObject({ imageProjects: [], serviceAccounts: [] });
});

test('what a run may cost: all machine types for a week, unless the environment says less', () => {
  const limits = { MYMLOPS_ALLOWED_MACHINE_TYPES: 'e2-*,n2-*', MYMLOPS_ALLOWED_ACCELERATORS: 'none' };
  const times = { MYMLOPS_LONGEST_RUN_DAYS: '2', MYMLOPS_LONGEST_QUEUE_DAYS: '3' };
  expect(readConfig({ ...env, ...limits, ...times }).limits).toMatchObject({
    ...{ machineTypes: ['e2-*', 'n2-*'], accelerators: [], longestRunDays: 2, longestQueueDays: 3 },
  });
  expect(readConfig(env).limits).toMatchObject({
    ...{ machineTypes: ['*'], accelerators: ['*'], longestRunDays: 7, longestQueueDays: 7 },
  });
});

test('that nobody gets alerts is known only where the deployment says so', () => {
  expect(readConfig(env).hasAlerts).toBe(true);
  expect(readConfig({ ...env, MYMLOPS_ALERTS: 'email' }).hasAlerts).toBe(true);
  expect(readConfig({ ...env, MYMLOPS_ALERTS: 'none' }).hasAlerts).toBe(false);
});

test('the image of VMs with a GPU is one with the driver, unless the environment names one', () => {
  expect(readConfig(env).gpuImage).toMatch(/^projects\/deeplearning-platform-release\/.*-nvidia-\d+$/);
  expect(readConfig({ ...env, MYMLOPS_GPU_IMAGE: 'projects/p/global/images/i' }).gpuImage).toMatch(
    /p.global.images.i$/,
  );
});

test('all bad values are reported at once', () => {
  const bad = {
    ...{ MYMLOPS_DISK_GB: '0', MYMLOPS_DEPLOYMENT: 'Not', MYMLOPS_SUBNETWORKS: 'europe-west1' },
    MYMLOPS_VM_SERVICE_ACCOUNT: 'default',
  };
  const missing = ['MYMLOPS_PROJECT', 'MYMLOPS_REGION', 'MYMLOPS_RESULTS_BUCKET', 'MYMLOPS_LIVE_BUCKET'];
  for (const name of [...Object.keys(bad), ...missing]) {
    expect(() => readConfig(bad)).toThrow(`${name}: `);
  }
});

describe("the VMs' account", () => {
  // Google's default account is an editor of the project, and a notebook's packages with it.
  test.each(['', undefined])('%j: the functions do not start', (account) => {
    expect(() => readConfig({ ...env, MYMLOPS_VM_SERVICE_ACCOUNT: account })).toThrow(
      "MYMLOPS_VM_SERVICE_ACCOUNT: missing; name the VMs' own account",
    );
  });
  test('is sent as it is named', () => expect(readConfig(env).serviceAccount).toBe(VM_ACCOUNT));
});

describe('where VMs are made', () => {
  test("the network is the project's default, without subnetworks and Cloud NAT, where nothing is named", () => {
    expect(readConfig(env)).toMatchObject({
      ...{ region: 'europe-west1', network: 'global/networks/default' },
      ...{ subnetworks: {}, natRegions: [] },
    });
  });
  test('a subnetwork for each region', () => {
    const of = (region: string) => `projects/p/regions/${region}/subnetworks/s`;
    const named = { MYMLOPS_SUBNETWORKS: ['europe-west1', 'us-east4'].map((name) => `${name}=${of(name)}`).join(',') };
    expect(readConfig({ ...env, ...named, MYMLOPS_NAT_REGIONS: 'us-east4' })).toMatchObject({
      subnetworks: { 'europe-west1': of('europe-west1'), 'us-east4': of('us-east4') },
      natRegions: ['us-east4'],
    });
  });
  test('on this computer any zone will do', () => {
    const local = { ...env, MYMLOPS_REGION: '', MYMLOPS_ENDPOINTS: '/state/endpoints.json' };
    expect(readConfig(local).region).toBeUndefined();
  });
});
