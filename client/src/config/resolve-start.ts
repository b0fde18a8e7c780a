// The section `start` for one instance: with the chosen profile applied, and the instance type filled in.
import { layMachine, layRepository } from './lay-profile';
import type { Config, StartConfig } from './schema';

/** Without a section an instance has all defaults, and no services. `profile` is one of the file's, or absent. */
export function resolveStart(config: Config, profile?: string): StartConfig {
  const base = config.start;
  const changes = profile === undefined ? undefined : config.profiles?.[profile]?.start;
  const softStop = changes?.soft_stop ?? changes?.max_run ?? base?.soft_stop ?? base?.max_run;
  const { max_run: _, ...section } = { ...base, ...changes };
  return {
    ...section,
    soft_stop: softStop,
    instance: layMachine(base?.instance, changes?.instance, config.instance_types ?? {}),
    repository: layRepository(base?.repository, changes?.repository),
  };
}
