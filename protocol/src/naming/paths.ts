// Where things lie: documents in Firestore, objects in the buckets.

export const RUNS = 'runs';
/** Below a run: one audit document a lifecycle report, whose identity is its id, so that a duplicate cannot add one. */
export const EVENTS = 'events';
export const SWEEPS = 'sweeps';
/** A removed run leaves its id here, so that a late message cannot make it again. */
export const REMOVED = 'removed';

export const runPath = (run: string): string => `${RUNS}/${run}`;
export const removedPath = (run: string): string => `${REMOVED}/${run}`;
export const LAST_SWEEP = `${SWEEPS}/last`;
/** The newest of the sweep's probes that came through the events topic. */
export const PROBE = `${SWEEPS}/probe`;
/** Below a run: attempts without a VM that left its document. */
export const ATTEMPTS = 'attempts';

/** Builds of images, and the images. */
export const IMAGES = 'images';
export const imagePath = (build: string): string => `${IMAGES}/${build}`;
/** As `removed` is of runs. */
export const REMOVED_IMAGES = 'removed-images';
/** Every object of a build: in the results bucket. */
export const buildPrefix = (build: string): string => `images/${build}/`;
/** All that the VM of an attempt may write lies below this prefix. */
export const buildAttemptPrefix = (build: string, attempt: number): string =>
  `${buildPrefix(build)}attempts/${attempt}/`;

export const INSTANCES = 'instances';
export const instancePath = (name: string): string => `${INSTANCES}/${name}`;
/** Never used: the document of a deleted instance stays. */
export const REMOVED_INSTANCES = 'removed-instances';
/** Every object of an instance. */
export const instancePrefix = (name: string): string => `instances/${name}/`;
export const instanceVmPrefix = (name: string, uid: string, number: number): string =>
  `${instancePrefix(name)}${uid}/vms/${number}/`;

/** Objects of an instance's VM in the results bucket, relative to its prefix. */
export const INSTANCE_OBJECTS = {
  /** The token of its services: made on the VM at its first boot, kept on its disk, and sent by its agent at each boot. */
  token: 'token',
  /** The output of setup, start command and services, its newest part. */
  log: 'log.txt',
} as const;

/** The document that clients of a deployment read first. */
export const DEPLOYMENT_SETTINGS = 'deployment/settings';

/** Snapshots lie below this prefix. */
export const SOURCES = 'sources/';
/** The snapshot of a project folder: a git bundle, by tree hash, so that an unchanged tree is not sent twice. */
export const sourceObject = (tree: string): string => `${SOURCES}${tree}.bundle`;
/** An object that a snapshot may lie in. */
export const SOURCE_OBJECT = /^sources\/[0-9a-f.]+\.bundle$/;
export const SNAPSHOT_CANDIDATES = 'snapshot-candidates';
export const snapshotCandidatePath = (object: string): string =>
  `${SNAPSHOT_CANDIDATES}/${object.slice(SOURCES.length)}`;
/** The bundles that a run's snapshot lies in. */
export const sourceObjectsOf = ({ tree, parts }: { tree: string; parts?: string[] }): string[] =>
  parts ?? [sourceObject(tree)];
/** The part of a snapshot that earlier ones do not hold, by its hash. */
export const sourcePartObject = (tree: string, content: string): string => `${SOURCES}${tree}.${content}.bundle`;
/** Objects that a snapshot may lie in. */
export const MAX_SOURCE_PARTS = 8;

/** Every object of a run, in both buckets, but its snapshot, which other runs may share. */
export const runPrefix = (run: string): string => `runs/${run}/`;

/** All that a VM may write lies below this prefix. */
export const attemptPrefix = (run: string, attempt: number): string => `${runPrefix(run)}attempts/${attempt}/`;

/** The fence of a VM, relative to its prefix: an object that keeps its agent from going on, and from beginning. */
export const FENCE = 'fenced';

/** Objects of an attempt in the results bucket, relative to its prefix. */
export const ATTEMPT_OBJECTS = {
  /** Created by the VM at boot with ifGenerationMatch=0: only one boot of one VM ever executes an attempt. */
  claim: 'claim',
  /** Created by the control plane before it gives an attempt up: the agent looks for it and runs nothing more. */
  fence: FENCE,
  /** Written last by the agent: the attempt's complete outcome. */
  outcome: 'outcome.json',
  /** The user's results: notebook, log.txt, metrics.json, params.json, artifacts/. */
  results: 'results/',
  /** Written by the control plane with the run's result: files that the git publication adds. */
  publish: 'publish/',
} as const;

/** Objects of an attempt in the live bucket, relative to its prefix. */
export const LIVE_OBJECTS = {
  /** Log and notebook as they were at their last upload. */
  progress: 'progress/',
  /** Checkpoints of the command, from MYMLOPS_CHECKPOINTS: files by their sha256 in data/, and numbered manifests. */
  checkpoints: 'checkpoints/',
} as const;

/** Those that the control plane writes. In the place of an outcome that never came it puts a void one. */
export const CONTROL_PLANE_OBJECTS: readonly string[] = [
  ATTEMPT_OBJECTS.fence,
  ATTEMPT_OBJECTS.outcome,
  ATTEMPT_OBJECTS.publish,
];

export const resultsPrefix = (run: string, attempt: number): string =>
  `${attemptPrefix(run, attempt)}${ATTEMPT_OBJECTS.results}`;

const LIVE_OBJECT = new RegExp(`^runs/[^/]+/attempts/[^/]+/(?:${Object.values(LIVE_OBJECTS).join('|')})`);

/** Whether an object lies in the live bucket; else it lies in the results bucket. */
export const isLiveObject = (object: string): boolean => LIVE_OBJECT.test(object);

export const progressPrefix = (run: string, attempt: number): string =>
  `${attemptPrefix(run, attempt)}${LIVE_OBJECTS.progress}`;

/** Manifests of an attempt's checkpoints, by numbers of six digits. Each is written after all that it lists: the last counts. */
export const checkpointsPrefix = (run: string, attempt: number): string =>
  `${attemptPrefix(run, attempt)}${LIVE_OBJECTS.checkpoints}manifests/`;

const CHECKPOINT = /^runs\/([^/]+)\/attempts\/[1-9]\d{0,5}\/checkpoints\/manifests\/\d{6}$/;

/** Whether `object` is the manifest of a checkpoint of `run`. */
export const isCheckpointOf = (object: string, run: string): boolean => CHECKPOINT.exec(object)?.[1] === run;

/** File name of the log among the results. */
export const LOG_FILE = 'log.txt';

/** Names below the publish prefix. */
export const PUBLISH_FILES = { metadata: 'metadata.json', message: 'message.txt' } as const;
