// One project, as the stand-in for Google's administration knows it. Tests read it, and change it between two calls.

export interface FakeQuota {
  metric: string;
  limit: number;
  usage: number;
}

export interface FakeObject {
  generation: string;
  text: string;
}

export interface FakeBucket {
  name: string;
  projectNumber: string;
  location: string;
  labels: Record<string, string>;
  versioning: { enabled: boolean };
  iamConfiguration: { uniformBucketLevelAccess: { enabled: boolean }; publicAccessPrevention: string };
  metageneration: string;
  /** By name, the newest version last. A bucket without versioning has one of each. */
  objects: Map<string, FakeObject[]>;
  /** The caller may see it, though it belongs to another project. */
  isVisible: boolean;
}

export interface FakeDatabase {
  location: string;
  type?: string;
  isProtected?: boolean;
  /** Its deletion takes so many looks. Default: 2. */
  deletionPolls?: number;
  /** It is being deleted, and is still there for so many looks. */
  pollsLeft?: number;
}

export interface FakeOperation {
  version: 'v1' | 'v1beta1';
  pollsLeft: number;
  /** Takes effect when the operation ends. */
  effect: () => void;
  error?: { code: number; message: string };
}

export interface FakeVm {
  name: string;
  zone: string;
  status: string;
  labels: Record<string, string>;
  /** It is being deleted, and in so many lists it is still shown. */
  pollsLeft?: number;
}

export interface FakeImage {
  name: string;
  /** While it is PENDING, Google refuses to delete it. */
  status: string;
  labels: Record<string, string>;
  /** It is being deleted, and in so many lists it is still shown. */
  pollsLeft?: number;
}

export interface FakeDisk {
  name: string;
  zone: string;
  labels: Record<string, string>;
  /** Name of the VM that has it. Once that VM is gone, nothing has it. */
  user?: string;
  /** It goes with that VM. */
  autoDelete?: boolean;
  /** It is being deleted, and in so many lists it is still shown. */
  pollsLeft?: number;
}

export interface GoogleOptions {
  project?: { id?: string; number?: string; state?: string };
  /** Default: true. */
  hasBilling?: boolean;
  /** Default: those of a project that was just made. */
  enabled?: readonly string[];
  /** Those that the caller has. Default: all. */
  permissions?: readonly string[] | 'all';
  /** Those that the caller does not have, whatever `permissions` says. */
  lacks?: readonly string[];
  quotas?: { project?: FakeQuota[]; regions?: Record<string, FakeQuota[]> };
  /** Rules by constraint, as Google sends them. A constraint that is left out allows all. */
  policies?: Record<string, object[]>;
  /** By id. */
  databases?: Record<string, FakeDatabase>;
  buckets?: readonly (Partial<Omit<FakeBucket, 'objects'>> & { name: string; objects?: Record<string, string> })[];
  /** Address of the person who calls; undefined: Google does not tell it. */
  email?: string;
  /** The person has an account of another provider, whose token the sign-in does not know. */
  isFederated?: boolean;
  /** Service accounts that the person may act as. */
  accounts?: readonly string[];
  /** So many things are in a page of a list. Default: 3. */
  pageSize?: number;
  /** So many calls to an API that was enabled later still find it off. Default: 2. */
  lateCalls?: number;
}

export interface GoogleState {
  project: { id: string; number: string; state: string };
  hasBilling: boolean;
  enabled: Set<string>;
  permissions: Set<string> | 'all';
  lacks: Set<string>;
  quotas: { project: FakeQuota[]; regions: Record<string, FakeQuota[]> };
  policies: Record<string, object[]>;
  databases: Record<string, FakeDatabase>;
  buckets: Map<string, FakeBucket>;
  /** Names. */
  secrets: Set<string>;
  /** Ids. */
  topics: Set<string>;
  vms: FakeVm[];
  disks: FakeDisk[];
  images: FakeImage[];
  /** Databases that have the settings of a deployment that stands. */
  settings: Set<string>;
  /** Of the one database that has runs. */
  runs: Record<string, { live: boolean; status: string }>;
  /** Builds of images, of the same database. */
  builds: Record<string, { live: boolean; status: string }>;
  /** Interactive instances, of the same database. */
  instances: Record<string, { live: boolean; status: string; uid: string }>;
  /** Each message that comes to a topic. A cancel of a build has a `build` and no `run`, the deletion of an instance a `name`. */
  onPublished: (topic: string, message: { type: string; run: string; build?: string; name?: string }) => void;
  /** Services whose own accounts were made in this project. */
  agents: string[];
  operations: Map<string, FakeOperation>;
  /** The next operation that takes time ends so. The code is gRPC's. */
  nextOperationError: { code: number; message: string } | undefined;
  email: string | undefined;
  isFederated: boolean;
  accounts: Set<string>;
  pageSize: number;
  lateCalls: number;
  /** Such calls that are still to come, by API. */
  late: Map<string, number>;
  /** Each call that came, such as "GET compute /compute/v1/projects/my-project?fields=quotas". */
  calls: string[];
  /** A new generation for an object, or a number for a name. */
  nextNumber: () => string;
}

/** https://cloud.google.com/service-usage/docs/enabled-service#default, as far as `deploy` meets them. */
const OF_A_NEW_PROJECT = ['monitoring', 'serviceusage', 'storage'].map((name) => `${name}.googleapis.com`);

export function stateOf(options: GoogleOptions): GoogleState {
  const { id = 'my-project', number = '123456789012', state = 'ACTIVE' } = options.project ?? {};
  const { permissions = 'all', quotas = {} } = options;
  let last = 1_700_000_000_000_000;
  const nextNumber = (): string => String((last += 1));
  return {
    project: { id, number, state },
    hasBilling: options.hasBilling ?? true,
    enabled: new Set(options.enabled ?? OF_A_NEW_PROJECT),
    permissions: permissions === 'all' ? 'all' : new Set(permissions),
    lacks: new Set(options.lacks),
    quotas: { project: quotas.project ?? [], regions: quotas.regions ?? {} },
    policies: options.policies ?? {},
    databases: options.databases ?? {},
    buckets: new Map((options.buckets ?? []).map((one) => [one.name, bucketOf(one, number, nextNumber)])),
    ...{ secrets: new Set<string>(), topics: new Set<string>(), vms: [], disks: [], images: [] },
    settings: new Set<string>(),
    ...{ runs: {}, builds: {}, instances: {}, onPublished: () => undefined },
    ...{ agents: [], operations: new Map(), nextOperationError: undefined, calls: [], nextNumber },
    email: 'email' in options ? options.email : 'ada@example.com',
    isFederated: options.isFederated ?? false,
    accounts: new Set(options.accounts),
    pageSize: options.pageSize ?? 3,
    ...{ lateCalls: options.lateCalls ?? 2, late: new Map() },
  };
}

/** Without more, a bucket as Google makes it by default: nothing protects it. */
export function bucketOf(
  given: NonNullable<GoogleOptions['buckets']>[number],
  number: string,
  nextNumber: () => string,
): FakeBucket {
  return {
    ...{ projectNumber: number, location: 'US', labels: {}, metageneration: '1', isVisible: false },
    versioning: { enabled: false },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: false }, publicAccessPrevention: 'inherited' },
    ...given,
    objects: new Map(
      Object.entries(given.objects ?? {}).map(([name, text]) => [name, [{ generation: nextNumber(), text }]]),
    ),
  };
}
