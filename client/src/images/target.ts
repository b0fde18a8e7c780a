// Where images are built: on Google Cloud only.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { Config } from '../config/schema';
import { defaultConfig, findProjectConfig, type ProjectConfig } from '../config/project-config';
import { resolveTarget, type Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';

export interface ImageTarget {
  target: Target;
  config: Config;
  /** Absent without a mymlops.yml here or above. */
  project?: ProjectConfig;
}

/** Throws ExpectedError on this computer, whose runs use its own Python. */
export function imageTarget(context: Context, profile?: string): ImageTarget {
  const project = findProjectConfig(context.cwd, context.env) ?? undefined;
  const config = project?.config ?? defaultConfig();
  const target = resolveTarget(context, config, profile);
  if (target.project === LOCAL_PROJECT) {
    throw new ExpectedError(
      'Runs on this computer use its own Python: images are for VMs on Google Cloud. Name the project: --project ID',
    );
  }
  return { target, config, ...(project && { project }) };
}
