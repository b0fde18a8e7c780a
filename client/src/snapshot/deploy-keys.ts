// The deploy keys in mymlops.yml. They give access to other repositories, and are never part of a snapshot.
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../core/context';
import { homeFolder } from '../files/home-folder';

/** Absolute paths of the keys in all sections of `config`, as written and with links resolved. Need not exist. */
export function deployKeyFiles(config: unknown, projectFolder: string, env: Environment): string[] {
  return namedIn(config).flatMap((name) => {
    const path = deployKeyFile(name, projectFolder, env);
    return [path, realPathOf(path)];
  });
}

/** Absolute path of a key as it is written in mymlops.yml. */
export const deployKeyFile = (name: string, projectFolder: string, env: Environment): string =>
  name.startsWith('~/') ? join(homeFolder(env), name.slice(2)) : resolve(projectFolder, name);

function namedIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'deploy_key' && typeof inner === 'string' ? [inner] : namedIn(inner),
  );
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // does not exist
  }
}
