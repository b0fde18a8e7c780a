// The settings that all runs of a commit share: from the command line, else from mymlops.yml.
import { type CommitRequest, DEFAULT_QUEUE_LIMIT_SECONDS, MAX_KEEP_SECONDS } from '@mymlops/protocol';
import { parseDuration } from '../../config/duration';
import type { ProjectConfig } from '../../config/project-config';
import type { CommitConfig } from '../../config/schema';
import { LONGEST_DURATION_SECONDS } from '../../config/schema-types';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';

export interface SharedOptions {
  notes?: string;
  artifacts?: boolean;
  keep?: boolean;
  keepFor?: string;
  maxRun?: string;
}

export type SharedSettings = Pick<
  CommitRequest,
  | 'parameters'
  | 'artifacts'
  | 'keepSeconds'
  | 'maxRunSeconds'
  | 'queueLimitSeconds'
  | 'maxParallel'
  | 'retentionSeconds'
  | 'profile'
  | 'notes'
>;

const DEFAULT_KEEP_SECONDS = 2 * 3600;
const DEFAULT_MAX_RUN_SECONDS = 24 * 3600;

/** Throws ExpectedError for an option that is out of range. */
export function sharedSettings(
  project: ProjectConfig,
  config: CommitConfig,
  options: SharedOptions & Pick<SharedSettings, 'parameters' | 'profile'>,
): SharedSettings {
  return {
    parameters: options.parameters,
    artifacts: options.artifacts ?? config.artifacts ?? false,
    keepSeconds: keepSecondsOf(options),
    maxRunSeconds: maxRunSecondsOf(options.maxRun, config),
    queueLimitSeconds: config.queue_limit ?? DEFAULT_QUEUE_LIMIT_SECONDS,
    maxParallel: config.max_parallel,
    retentionSeconds: project.config.retention,
    profile: options.profile,
    notes: options.notes,
  };
}

function keepSecondsOf({ keep, keepFor }: SharedOptions): number {
  if (keepFor === undefined) return keep ? DEFAULT_KEEP_SECONDS : 0;
  const seconds = parseDuration(keepFor);
  if (seconds === null) {
    throw new ExpectedError(`--keep-for must be a duration such as 30m or 4h, not ${keepFor}.`, EXIT.usage);
  }
  if (seconds > MAX_KEEP_SECONDS) {
    const hours = MAX_KEEP_SECONDS / 3600;
    throw new ExpectedError(`--keep-for ${keepFor} is too long: a VM is kept for ${hours}h at most.`, EXIT.usage);
  }
  return seconds;
}

function maxRunSecondsOf(option: string | undefined, config: CommitConfig): number {
  const seconds = option === undefined ? (config.max_run ?? DEFAULT_MAX_RUN_SECONDS) : parseDuration(option);
  if (seconds === null || seconds < 1) {
    throw new ExpectedError(`--max-run must be a duration such as 90, 30s, 15m, 2h or 1d, not ${option}.`, EXIT.usage);
  }
  if (seconds > LONGEST_DURATION_SECONDS) throw new ExpectedError('max_run must be 100d or less.', EXIT.usage);
  return seconds;
}
