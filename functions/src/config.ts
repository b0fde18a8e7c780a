// Settings of the functions: the one place that reads the environment. All errors at once.
import {
  DEFAULT_DEPLOYMENT,
  DEFAULT_GRACE_SECONDS,
  DEPLOYMENT_RULE,
  isDeployment,
  namesOf,
  THIS_COMPUTER,
  type BucketNames,
  type Names,
} from '@mymlops/protocol';
import type { Settings } from './engine/settings';

export interface Config {
  names: Names;
  /** File with the local cloud's endpoints; undefined on Google. It need not exist yet. */
  endpointsFile: string | undefined;
  /** Load Google's libraries at once: one process has all three functions, and a user is waiting. */
  preloads: boolean;
  image: string;
  gpuImage: string;
  machineType: string;
  diskSizeGb: number;
  region: string | undefined;
  /** The deployment's buckets. */
  buckets: BucketNames;
  network: string;
  subnetworks: Readonly<Record<string, string>>;
  natRegions: readonly string[];
  serviceAccount: string;
  limits: Settings['limits'];
  /** Runs that may have a VM at the same time. */
  maxParallel: number;
  maxInstances: number;
  /** Grace period: how long an orphan candidate is left alone. */
  graceSeconds: number;
  hasAlerts: boolean;
  heartbeatSeconds: number;
  progressSeconds: number;
}

/** A request may not ask for more. */
const MOST_DAYS = 100;

/** With NVIDIA's driver: https://cloud.google.com/deep-learning-vm/docs/images */
const GPU_IMAGE = 'projects/deeplearning-platform-release/global/images/family/common-cu129-ubuntu-2404-nvidia-580';

export class ConfigError extends Error {}

/** Reads and checks; throws ConfigError that lists every bad value. */
export function readConfig(env: Record<string, string | undefined>): Readonly<Config> {
  const errors: string[] = [];
  const whole = (name: string, fallback: number): number => {
    const text = env[name];
    const value = text === undefined || text === '' ? fallback : Number(text);
    if (!Number.isInteger(value) || value < 1) errors.push(`${name}: must be a whole number, 1 or more, not ${text}`);
    return value;
  };
  const list = (name: string): string[] => (env[name] ?? '').split(/[\s,]+/).filter((item) => item !== '');
  const project = env['MYMLOPS_PROJECT'] ?? env['GOOGLE_CLOUD_PROJECT'] ?? '';
  if (project === '') errors.push('MYMLOPS_PROJECT: missing');
  const deployment = env['MYMLOPS_DEPLOYMENT'] || DEFAULT_DEPLOYMENT;
  if (!isDeployment(deployment)) errors.push(`MYMLOPS_DEPLOYMENT: ${DEPLOYMENT_RULE}, not ${deployment}`);
  const endpointsFile = env['MYMLOPS_ENDPOINTS'] || undefined;
  const isLocal = endpointsFile !== undefined;
  // Google's default account may change nearly everything in the project, and so could every package that a notebook installs.
  const serviceAccount = env['MYMLOPS_VM_SERVICE_ACCOUNT'] ?? '';
  if (serviceAccount === '') errors.push("MYMLOPS_VM_SERVICE_ACCOUNT: missing; name the VMs' own account");
  else if (!serviceAccount.includes('@')) errors.push(`MYMLOPS_VM_SERVICE_ACCOUNT: not an account: ${serviceAccount}`);
  const region = env['MYMLOPS_REGION'] || undefined;
  if (region === undefined && !isLocal) errors.push('MYMLOPS_REGION: missing; name the region of the buckets');
  const required = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') errors.push(`${name}: missing`);
    return value;
  };
  const config = {
    endpointsFile,
    preloads: env['MYMLOPS_PRELOAD'] === '1',
    image: env['MYMLOPS_IMAGE'] || 'projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64',
    gpuImage: env['MYMLOPS_GPU_IMAGE'] || GPU_IMAGE,
    machineType: env['MYMLOPS_MACHINE_TYPE'] || (isLocal ? THIS_COMPUTER : 'e2-standard-4'),
    diskSizeGb: whole('MYMLOPS_DISK_GB', 100),
    region,
    buckets: { results: required('MYMLOPS_RESULTS_BUCKET'), live: required('MYMLOPS_LIVE_BUCKET') },
    network: env['MYMLOPS_NETWORK'] || 'global/networks/default',
    subnetworks: subnetworksIn(list('MYMLOPS_SUBNETWORKS'), errors),
    natRegions: list('MYMLOPS_NAT_REGIONS'),
    serviceAccount,
    limits: {
      imageProjects: list('MYMLOPS_ALLOWED_IMAGE_PROJECTS'),
      serviceAccounts: list('MYMLOPS_ALLOWED_SERVICE_ACCOUNTS'),
      machineTypes: orAll(list('MYMLOPS_ALLOWED_MACHINE_TYPES')),
      accelerators: orAll(list('MYMLOPS_ALLOWED_ACCELERATORS')).filter((type) => type !== 'none'),
      longestRunDays: whole('MYMLOPS_LONGEST_RUN_DAYS', isLocal ? MOST_DAYS : 7),
      longestQueueDays: whole('MYMLOPS_LONGEST_QUEUE_DAYS', isLocal ? MOST_DAYS : 7),
    },
    maxParallel: whole('MYMLOPS_MAX_PARALLEL', 10),
    maxInstances: whole('MYMLOPS_MAX_INSTANCES', 5),
    graceSeconds: whole('MYMLOPS_GRACE_SECONDS', DEFAULT_GRACE_SECONDS),
    hasAlerts: env['MYMLOPS_ALERTS'] !== 'none',
    heartbeatSeconds: whole('MYMLOPS_HEARTBEAT_SECONDS', 60),
    progressSeconds: whole('MYMLOPS_PROGRESS_SECONDS', 30),
  };
  if (errors.length > 0) throw new ConfigError(errors.join('; '));
  return Object.freeze({ ...config, names: namesOf(project, deployment) });
}

const orAll = (items: string[]): string[] => (items.length === 0 ? ['*'] : items);

/** `region=path`, one or more. */
function subnetworksIn(items: readonly string[], errors: string[]): Record<string, string> {
  const pairs = items.map((item) => /^([a-z]+-[a-z]+\d+)=(\S+\/subnetworks\/\S+)$/.exec(item) ?? item);
  const wrong = pairs.filter((pair) => typeof pair === 'string');
  if (wrong.length > 0) errors.push(`MYMLOPS_SUBNETWORKS: REGION=PATH, not ${wrong.join(', ')}`);
  return Object.fromEntries(pairs.flatMap((pair) => (typeof pair === 'string' ? [] : [[pair[1], pair[2]]])));
}
