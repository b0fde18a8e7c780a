// The port by which `deploy` calls Google before and around Terraform: one interface a service, answers as data, no policy.
import type { Answer, Refusal } from './answer';
import type { Disks, Images, Vms } from './compute-port';

export type * from './answer';
export type * from './compute-port';

export interface Caller {
  /** Undefined if Google does not show it. */
  email?: string;
  /** The caller as a member of Google's policies: user:... or serviceAccount:... */
  member?: string;
  /** A person, not an account of a service: Google counts a person's calls for a project that each call must name. */
  isPerson: boolean;
}

export interface ProjectFacts {
  id: string;
  number: string;
  /** ACTIVE, or DELETE_REQUESTED. */
  state: string;
}

/** https://cloud.google.com/resource-manager/reference/rest/v3/projects */
export interface Projects {
  get(): Promise<Answer<ProjectFacts>>;
  /** Those of `permissions` that the caller has on the project. */
  allowed(permissions: readonly string[]): Promise<Answer<string[]>>;
  /** https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo */
  hasBilling(): Promise<Answer<boolean>>;
}

export interface Operation {
  /** Such as operations/acf.p2-123. */
  name: string;
  isDone: boolean;
  /** Why the operation failed. Absent while it runs, and if it succeeded. */
  failure?: Refusal;
}

/** https://cloud.google.com/service-usage/docs/reference/rest */
export interface Services {
  /** Names such as compute.googleapis.com. */
  listEnabled(): Promise<Answer<string[]>>;
  /** At most 20 names. All are enabled, or none. May be called twice. */
  enable(names: readonly string[]): Promise<Answer<Operation>>;
  /** Asks Google to make the service's own account in this project. May be called twice. */
  makeAgent(service: string): Promise<Answer<Operation>>;
  /** `operation` as it is now. */
  poll(operation: Operation): Promise<Answer<Operation>>;
}

export interface Quota {
  /** Such as NETWORKS or N2_CPUS. */
  metric: string;
  limit: number;
  usage: number;
}

export interface RegionQuotas {
  region: string;
  quotas: Quota[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/projects/get and .../regions/list */
export interface ComputeQuotas {
  ofProject(): Promise<Answer<Quota[]>>;
  ofRegions(): Promise<Answer<RegionQuotas[]>>;
}

/** The rules that hold for a project, with those of its folders and its organisation. */
export interface Policy {
  /** Such as compute.vmExternalIpAccess. */
  constraint: string;
  rules: PolicyRule[];
}

/** https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies#PolicyRule */
export interface PolicyRule {
  /** Only a boolean constraint has it. */
  enforce?: boolean;
  allowAll?: boolean;
  denyAll?: boolean;
  allowed?: string[];
  denied?: string[];
  /** The rule holds only for what has certain tags. */
  isConditional?: boolean;
}

export interface Policies {
  effective(constraint: string): Promise<Answer<Policy>>;
}

export interface Database {
  /** Such as europe-west4, or a multi-region. */
  location: string;
  /** FIRESTORE_NATIVE or DATASTORE_MODE. */
  type: string;
}

/** https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases/get */
export interface Databases {
  /** Undefined if no database has this name. */
  get(id: string): Promise<Answer<Database | undefined>>;
  /** Takes the protection away, and begins to delete it with all that it has. One that is gone is deleted. May be called twice. */
  remove(id: string): Promise<Answer<void>>;
}

export interface Bucket {
  name: string;
  projectNumber: string;
  location: string;
  labels: Readonly<Record<string, string>>;
  isVersioned: boolean;
  hasUniformAccess: boolean;
  /** It cannot be made public. */
  isPrivate: boolean;
  metageneration: string;
}

export interface NewBucket {
  name: string;
  location: string;
  labels: Readonly<Record<string, string>>;
}

export interface StoredText {
  text: string;
  /** A version of the object: the condition of the next write. */
  generation: string;
}

/** https://cloud.google.com/storage/docs/json_api/v1 */
export interface Buckets {
  /** All of the project. */
  list(): Promise<Answer<Bucket[]>>;
  /** Undefined if no bucket in the world has this name. */
  get(name: string): Promise<Answer<Bucket | undefined>>;
  /** Versioned, with uniform access, never public. */
  insert(bucket: NewBucket): Promise<Answer<Bucket>>;
  /** Brings versions, uniform access and the ban of public access back, if nobody changed the bucket since it was read. */
  harden(bucket: Pick<Bucket, 'name' | 'metageneration'>): Promise<Answer<Bucket>>;
  /** Undefined if the object does not exist. */
  readText(bucket: string, object: string): Promise<Answer<StoredText | undefined>>;
  /**
   * Resolves to the new generation. Refused with 412 where the object does not have `generation`, which is '0' for one that
   * does not exist yet.
   */
  writeText(bucket: string, object: string, text: string, generation: string): Promise<Answer<string>>;
  /** A thousand objects, or fewer, with their older versions; none only if the bucket has none. Refused with 404 without the bucket. */
  someObjects(bucket: string): Promise<Answer<StoredObject[]>>;
  /** One that is gone is deleted. May be called twice. */
  removeObject(bucket: string, object: StoredObject): Promise<Answer<void>>;
  /** Refused with 409 for one that is not empty. One that is gone is deleted. May be called twice. */
  remove(bucket: string): Promise<Answer<void>>;
}

export interface StoredObject {
  name: string;
  generation: string;
}

export interface LiveRun {
  run: string;
  status: string;
}

export interface LiveBuild {
  build: string;
  status: string;
}

/** An interactive instance with its disk, which may be on or off. */
export interface FoundInstance {
  name: string;
  /** Which one of this name. */
  uid: string;
  status: string;
}

/** The run history, of which the functions are the only writers. */
export interface History {
  /** Runs whose work or whose VM has not come to its end. Refused with 404 without the database. */
  liveRuns(database: string): Promise<Answer<LiveRun[]>>;
  /** Builds of images, likewise. */
  liveBuilds(database: string): Promise<Answer<LiveBuild[]>>;
  /** Interactive instances that have a VM or a disk, stopped ones too. Refused with 404 without the database. */
  instances(database: string): Promise<Answer<FoundInstance[]>>;
  /** The deployment that the database belongs to stands: a removal takes its settings away. */
  hasSettings(database: string): Promise<Answer<boolean>>;
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics */
export interface Topics {
  /** Refused with 404 for a topic that does not exist. */
  publish(topic: string, message: object): Promise<Answer<void>>;
}

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets */
export interface SecretNames {
  /** Ids of all secrets of the project. */
  list(): Promise<Answer<string[]>>;
  /** With its values. One that is gone is deleted. May be called twice. */
  remove(name: string): Promise<Answer<void>>;
}

export interface Administration {
  /** Id of the project that all calls are about. */
  readonly project: string;
  caller(): Promise<Caller>;
  projects: Projects;
  services: Services;
  quotas: ComputeQuotas;
  policies: Policies;
  databases: Databases;
  buckets: Buckets;
  vms: Vms;
  disks: Disks;
  images: Images;
  history: History;
  topics: Topics;
  secrets: SecretNames;
}
