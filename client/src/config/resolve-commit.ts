// The section `commit` for one commit: with the chosen profile applied, and the instance type filled in.
import type { CommitConfig, Config } from './schema';
import type { MachineChoice, MachineConfig } from './schema-machine';
import { DEFAULT_BRANCH } from './schema-types';

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

/** The parts of the section `start` that decide where it can run. */
export function resolveStart(config: Config, profile?: string): Pick<Partial<CommitConfig>, 'instance' | 'repository'> {
  const changes = profile === undefined ? undefined : config.profiles?.[profile]?.start;
  return {
    instance: layMachine(config.start?.instance, changes?.instance, config.instance_types ?? {}),
    repository: layRepository(config.start?.repository, changes?.repository),
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

/** A name replaces everything by its instance type; keys replace the existing ones one by one. */
function layMachine(
  base: MachineChoice | undefined,
  changes: MachineChoice | undefined,
  types: Record<string, MachineConfig>,
): MachineConfig | undefined {
  const below = base === undefined ? undefined : layMachine(undefined, base, types);
  if (changes === undefined) return below;
  if (typeof changes === 'string') return types[changes];
  const { type, ...keys } = changes;
  const start = type === undefined ? below : types[type];
  return { ...withoutOtherSource(start ?? {}, keys), ...keys };
}

/** A disk has one source: an image replaces a snapshot, and the other way round. */
function withoutOtherSource(start: MachineConfig, keys: MachineConfig): MachineConfig {
  const stays = keys.image === undefined && keys.snapshot === undefined;
  return stays ? start : { ...start, image: undefined, snapshot: undefined };
}

function layRepository<T extends { url: string; branch: string }>(
  base: T | undefined,
  changes: Partial<T> | undefined,
): T | undefined {
  if (!changes) return base;
  const { url = base?.url } = changes;
  // Without an address there is no repository; check-meaning.ts reports this as an error of the file.
  if (url === undefined) return undefined;
  return { branch: DEFAULT_BRANCH, ...base, ...changes, url } as T;
}
