// How the keys of a profile replace those of a section, where that is more than key by key: machine spec and repository.
import type { MachineChoice, MachineConfig } from './schema-machine';
import { DEFAULT_BRANCH } from './schema-types';

/** A name replaces everything by its instance type; keys replace the existing ones one by one. */
export function layMachine(
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

export function layRepository<T extends { url: string; branch: string }>(
  base: T | undefined,
  changes: Partial<T> | undefined,
): T | undefined {
  if (!changes) return base;
  const { url = base?.url } = changes;
  // Without an address there is no repository; check-meaning.ts reports this as an error of the file.
  if (url === undefined) return undefined;
  return { branch: DEFAULT_BRANCH, ...base, ...changes, url } as T;
}
