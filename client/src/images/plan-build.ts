// Checks the command line of `image build` and the configuration, before anything is sent.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildRequest, hasGpu } from '@mymlops/protocol';
import { machineConfigOf } from '../config/resolve-commit';
import type { Config } from '../config/schema';
import type { MachineConfig } from '../config/schema-machine';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { describeMissingProfile } from '../runs/commit/profile';
import { buildMachineOf } from './base';
import { type BuildOptions, checkOptions } from './build-options';
import { contentOf } from './content';
import { readOwnSetup, readSetup } from './setup-text';
import { imageTarget, type ImageTarget } from './target';

/** A request without what only its sending knows. */
export type BuildParts = Omit<BuildRequest, 'v' | 'type' | 'build' | 'submittedBy' | 'submittedAt'>;

export interface BuildPlan {
  target: Target;
  /** That of the project here, else the default. */
  config: Config;
  parts: BuildParts;
  /** Lines for the user. */
  notices: string[];
}

/** The setup of `image build --base`, among the templates. */
export const BASE_SETUP = 'image/base.sh';

/** Throws ExpectedError for the first problem. */
export function planBuild(context: Context, given: string | undefined, options: BuildOptions): BuildPlan {
  const { name, setup, secrets, maxBuildSeconds, diskGb } = checkOptions(given, options);
  const { target, config, project } = imageTarget(context, options.profile);
  const { notice, machine, gpuImage } = buildMachineOf({
    ...{ target, name, diskGb, profile: machineOfProfile(project, options.profile) },
    ...{ gpu: options.gpu, machineType: options.machineType, baseImage: options.baseImage },
  });
  const cwd = realpathSync(context.cwd);
  const text =
    setup === undefined
      ? readOwnSetup(join(context.templates, BASE_SETUP))
      : readSetup({ setup, files: options.file ?? [], cwd, folder: project?.folder ?? cwd });
  const needed = {
    setup: text,
    machine,
    ...(secrets.length > 0 && { secrets }),
    ...(gpuImage && { gpuImage }),
  };
  return {
    target,
    config,
    parts: { ...needed, name, maxBuildSeconds, content: contentOf(needed) },
    notices: [
      ...(project?.warnings ?? []),
      ...(notice === undefined ? [] : [notice]),
      ...(gpuImage && !hasGpu(machine.machineType, {})
        ? ['The base has the GPU driver. The VM that builds has no GPU: packages install without one.']
        : []),
    ],
  };
}

/** That of the profile's commits, else of its interactive VMs. */
function machineOfProfile(project: ImageTarget['project'], profile: string | undefined): MachineConfig | undefined {
  if (profile === undefined) return undefined;
  if (!project) {
    throw new ExpectedError(
      `There is no mymlops.yml here that could have a profile ${profile}. Leave --profile out.`,
      EXIT.usage,
    );
  }
  const { config, file } = project;
  const known = Object.keys(config.profiles ?? {});
  if (!known.includes(profile)) throw new ExpectedError(describeMissingProfile(profile, known, file), EXIT.usage);
  return machineConfigOf(config, profile);
}
