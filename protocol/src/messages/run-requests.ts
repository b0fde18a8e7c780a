// Messages that clients publish to the requests topic about runs.
import * as z from 'zod/mini';
import { isBranchName } from '../naming/branch-name';
import { machineSpec } from '../vm/machine-spec';
import { parameters } from './parameters';
import { isCheckpointOf, MAX_SOURCE_PARTS, SOURCE_OBJECT } from '../naming/paths';
import { DEPLOY_KEY, isVariableName, VARIABLE_RULE } from '../naming/secrets';
import { repositoryUrl } from '../naming/repository-url';
import { isRunId } from '../naming/run-id';

const runId = z.string().check(z.refine(isRunId, 'not a run id (YYYYMMDD-HHMMSS-xxxx)'));
const time = z.iso.datetime();
const gitHash = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));

/** A path inside the project folder: relative, with `/`, never leaving it. */
export const projectPath = z.string().check(
  z.minLength(1),
  z.maxLength(1000),
  z.refine((path) => !path.startsWith('/') && !path.split('/').some((part) => part === '' || part === '..'), {
    message: 'not a relative path inside the project',
  }),
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  z.refine((path) => !/[\u0000-\u001f]/.test(path), 'holds a control character'),
);

/**
 * A request must fit into a document, which Firestore takes up to 1 MiB, and each part of it into one value of a VM's metadata,
 * which holds 262,144 bytes: in base64 it is a third longer.
 */
export const MAX_REQUEST_BYTES = 190_000;
export const MAX_NOTES_LENGTH = 4096;
/** Seconds a VM may be kept after the end at most (`-k`). */
export const MAX_KEEP_SECONDS = 8 * 3600;
/** Seconds that a run waits for capacity by default. */
export const DEFAULT_QUEUE_LIMIT_SECONDS = 24 * 3600;

/** In metadata, variables are base64 twice, and may have characters of several bytes. */
export const MAX_ENV_LENGTH = 45_000;
/** So many secrets a command gets at most: the VM reads one after the other. */
export const MAX_SECRETS = 50;

export const sourceFields = z.strictObject({
  /** Tree hash of the snapshot: names the bundle in the bucket. */
  tree: gitHash,
  /** The parentless commit that the bundle holds. */
  commit: gitHash,
  /** The objects in the bucket that the snapshot lies in together; absent: the one that the tree names. */
  parts: z.optional(
    z.array(z.string().check(z.regex(SOURCE_OBJECT))).check(z.minLength(1), z.maxLength(MAX_SOURCE_PARTS)),
  ),
  /** Where the snapshot came from, for the record. */
  origin: z.optional(
    z.strictObject({
      branch: z.nullable(z.string()),
      commit: z.nullable(gitHash),
      remote: z.nullable(z.string()),
      dirty: z.int().check(z.nonnegative()),
    }),
  ),
});

export const repositoryFields = z.strictObject({
  url: repositoryUrl,
  branch: z.string().check(z.refine(isBranchName, 'not a name that git allows for a branch')),
  author: z.strictObject({ name: z.string(), email: z.string() }),
});

const outputRepository = z.extend(repositoryFields, {
  /** A path of this computer that belongs to another user, and that git's own configuration declares safe. Local only. */
  safe: z.optional(z.literal(true)),
  /** The secret that holds the key for ssh, without the deployment. */
  deployKey: z.optional(z.string().check(z.regex(DEPLOY_KEY))),
  /** Lines of known_hosts, for a host whose key the VM does not bring along. */
  knownHosts: z.optional(z.string().check(z.maxLength(20_000))),
});

const variableName = z.string().check(z.refine(isVariableName, VARIABLE_RULE));
const secretNames = z.array(variableName).check(z.minLength(1), z.maxLength(MAX_SECRETS));

const commitFields = z.strictObject({
  v: z.literal(1),
  type: z.literal('commit'),
  run: runId,
  submittedBy: z.string().check(z.maxLength(200)),
  submittedAt: time,
  notebook: projectPath,
  /** Code cells with content, for the progress display. */
  codeCells: z.int().check(z.nonnegative()),
  notes: z.optional(z.string().check(z.maxLength(MAX_NOTES_LENGTH))),
  profile: z.optional(z.string()),
  /** Shell words before the notebook's path: `<command> "<notebook>"`. */
  command: z.string().check(z.minLength(1)),
  /** Run with `bash -c` in the project folder before the command. */
  setup: z.optional(z.string()),
  /** Variables for setup and command. Everybody who may read the run sees them. */
  env: z.optional(
    z
      .record(variableName, z.string())
      .check(
        z.refine((env) => JSON.stringify(env).length <= MAX_ENV_LENGTH, `has more than ${MAX_ENV_LENGTH} characters`),
      ),
  ),
  /** Names of secrets, which the VM reads for the command, and for setup. A value is in no message. */
  secrets: z.optional(secretNames),
  setupSecrets: z.optional(secretNames),
  /** Repeated with `bash -c` at the end of boot until it succeeds: for a driver that comes late. */
  readyCommand: z.optional(z.string()),
  parameters,
  artifacts: z.boolean(),
  keepSeconds: z.int().check(z.gte(0), z.lte(MAX_KEEP_SECONDS)),
  maxRunSeconds: z.int().check(z.gte(1), z.lte(100 * 86400)),
  /** Waiting for capacity alone counts. */
  queueLimitSeconds: z._default(z.int().check(z.gte(1)), DEFAULT_QUEUE_LIMIT_SECONDS),
  /** How many runs of this profile may have a VM at the same time. Absent: only the deployment's maximum counts. */
  maxParallel: z.optional(z.int().check(z.gte(1))),
  machine: machineSpec,
  source: sourceFields,
  outputRepository: z.optional(outputRepository),
  /** Seconds after which a run that ended so is removed. Absent: it is kept. */
  retentionSeconds: z.optional(z.partialRecord(z.enum(['succeeded', 'failed', 'cancelled']), z.int().check(z.gte(1)))),
  /** Variables of the committing shell (PATH, VIRTUAL_ENV...): how the user's Python is found on this computer. Local only. */
  environment: z.optional(z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), z.string())),
  /** The run that this one does again. */
  retryOf: z.optional(runId),
  /** Manifest of a checkpoint of that run: what the first attempt begins with. */
  resumeFrom: z.optional(z.string()),
});

type SecretFields = Pick<z.infer<typeof commitFields>, 'env' | 'secrets' | 'setupSecrets'>;

const nameInBoth = ({ env = {}, secrets = [], setupSecrets = [] }: SecretFields): string | undefined =>
  [...secrets, ...setupSecrets].find((name) => Object.hasOwn(env, name));

export const commitRequest = commitFields.check(
  z.refine((fields) => nameInBoth(fields) === undefined, {
    path: ['env'],
    error: ({ input }) => `has ${nameInBoth(input as SecretFields)}, which is also a secret`,
  }),
  z.refine(
    ({ retryOf, resumeFrom }) =>
      resumeFrom === undefined || (retryOf !== undefined && isCheckpointOf(resumeFrom, retryOf)),
    { path: ['resumeFrom'], error: 'not a checkpoint of the run that is retried' },
  ),
);
export type CommitRequest = z.infer<typeof commitRequest>;

/** The part of a commit that can be read even if the rest is not understood: enough to tell its sender so. */
export const commitEnvelope = z.looseObject({ type: z.literal('commit'), run: runId });

/** A user's request about a run that exists. */
const userRequest = z.strictObject({ v: z.literal(1), run: runId, by: z.string().check(z.maxLength(200)), at: time });

export const cancelRequest = z.extend(userRequest, { type: z.literal('cancel') });
export type CancelRequest = z.infer<typeof cancelRequest>;

/** From `publish RUN`: the user's own git pushed the results that the VM could not. */
export const publishedRequest = z.extend(userRequest, { type: z.literal('published'), commit: gitHash });
export type PublishedRequest = z.infer<typeof publishedRequest>;

/** From `rm RUN`: document, events and objects of a settled run are deleted. */
export const removeRequest = z.extend(userRequest, { type: z.literal('remove') });
export type RemoveRequest = z.infer<typeof removeRequest>;

export type RunRequest = CommitRequest | CancelRequest | PublishedRequest | RemoveRequest;
