// Reads a commit's settings from mymlops.yml and checks them, for `commit` and `validate`.
import type { ProjectConfig } from '../../config/project-config';
import { resolveCommit } from '../../config/resolve-commit';
import type { CommitConfig } from '../../config/schema';
import { type Target, resolveTarget } from '../../config/target';
import type { Context } from '../../core/context';
import { ExpectedError } from '../../core/errors';
import { checkOutputRepository } from './output-check';
import { refuseWindowsScripts } from './windows-scripts';

export interface CommitSettings {
  config: CommitConfig;
  target: Target;
}

/** Throws ExpectedError for the first problem of a commit with `profile`, or without one. */
export function commitSettings(
  context: Pick<Context, 'flags' | 'env'>,
  project: ProjectConfig,
  profile: string | undefined,
): CommitSettings {
  const config = requireCommit(project, profile);
  const target = resolveTarget(context, project.config, profile);
  refuseWindowsScripts(config, project.folder);
  checkOutputRepository(config, target, project.folder, context.env);
  return { config, target };
}

function requireCommit({ file, config }: ProjectConfig, profile: string | undefined): CommitConfig {
  const commit = resolveCommit(config, profile);
  if (commit) return commit;
  const profiles = Object.keys(config.profiles ?? {});
  const choice = profile === undefined && profiles.length > 0 ? ` Or name a profile: ${profiles.join(', ')}.` : '';
  throw new ExpectedError(
    `${file} has no section \`commit\` with a command.${choice} It needs at least:\n\ncommit:\n  command: ...\n`,
  );
}
