// The section `commit` for one commit: with the chosen profile applied, and the instance type filled in.
import { layMachine, layRepository } from './lay-profile';
import { resolveStart } from './resolve-start';
import type { CommitConfig, Config } from './schema';
import type { MachineConfig } from './schema-machine';

/** Undefined if neither the section nor the profile has a command. `profile` is one of the file's, or absent. */
export function resolveCommit(config: Config, profile?: string): CommitConfig | undefined {
  const base = config.commit;
  const changes = profile === undefined ? undefined : config.profiles?.[profile]?.commit;
  const command = changes?.command ?? base?.command;
  if (command === undefined) return undefined;
  const types = config.instance_types ?? {};
  return {
    ...base,
    ...changes,
    // YAML block text ends with a line break, which would separate the notebook from the command.
    command: command.trimEnd(),
    instance: layMachine(base?.instance, changes?.instance, types),
    repository: layRepository(base?.repository, changes?.repository),
    output_repository: layRepository(base?.output_repository, changes?.output_repository),
  };
}

/** The machine spec of a profile's commits, else of its interactive VMs; without a profile, that of the sections. */
export const machineConfigOf = (config: Config, profile?: string): MachineConfig | undefined =>
  resolveCommit(config, profile)?.instance ?? resolveStart(config, profile).instance;

/** Every machine spec of the file: those of the sections, of all profiles, and of all instance types. */
export function allMachines(config: Config): MachineConfig[] {
  const profiles = [undefined, ...Object.keys(config.profiles ?? {})];
  const used = profiles.flatMap((profile) => [
    resolveCommit(config, profile)?.instance,
    resolveStart(config, profile).instance,
  ]);
  return [...Object.values(config.instance_types ?? {}), ...used.filter((machine) => machine !== undefined)];
}
