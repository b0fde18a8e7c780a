// Keys that are accepted but not implemented yet. `validate` lists them, so that nobody waits for an effect.
import type { Config } from './schema';

const KEYS = ['dashboard', 'notify', 'commit.repository', 'profiles.*.commit.repository'];

/** Paths of those keys in the file. */
export function notImplemented(config: Config): string[] {
  return KEYS.flatMap((key) => pathsIn(config, key.split('.'), []));
}

function pathsIn(value: unknown, [key, ...rest]: string[], above: string[]): string[] {
  if (value === undefined) return [];
  if (key === undefined) return [above.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  const names = key === '*' ? Object.keys(value) : Object.keys(value).filter((each) => each === key);
  return names.flatMap((name) => pathsIn((value as Record<string, unknown>)[name], rest, [...above, name]));
}
