// The settings of the repository that a snapshot needs, read before git does anything else.
import { READ_ONLY } from './run-git';

export interface GitSettings {
  /** Whether the executable bit on disk counts. If not, the mode in git's index counts. */
  trustsModes: boolean;
  /** Addresses by the name of the remote. */
  remotes: ReadonlyMap<string, string>;
  /** The remote that a branch follows, by the branch's name. */
  followed: ReadonlyMap<string, string>;
  /** Arguments for git that switch off every filter, which `status` would run on touched files. */
  withoutFilters: readonly string[];
}

const WANTED = '^(core\\.filemode|filter\\..*|remote\\..*\\.url|branch\\..*\\.remote)$';

/** Arguments for git that print the settings; outside of a repository, the user's own. */
export const SETTINGS = [...READ_ONLY, 'config', '--null', '--get-regexp', WANTED];

/** Reads git's answer to `SETTINGS`. An empty answer means that nothing is set. */
export function settingsOf(answer: Buffer): GitSettings {
  const entries = answer
    .toString('utf8')
    .split('\0')
    .map((entry) => [entry.split('\n', 1)[0] ?? '', entry.slice(entry.indexOf('\n') + 1)] as const);
  const named = (pattern: RegExp): Map<string, string> =>
    new Map(
      entries.flatMap(([key, value]) => {
        const name = pattern.exec(key)?.[1];
        return name === undefined ? [] : [[name, value]];
      }),
    );
  const filters = [...named(/^filter\.(.*)\.[^.]*$/s).keys()];
  return {
    trustsModes: entries.findLast(([key]) => key === 'core.filemode')?.[1] !== 'false',
    remotes: named(/^remote\.(.*)\.url$/s),
    followed: named(/^branch\.(.*)\.remote$/s),
    withoutFilters: filters.flatMap((name) =>
      ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((setting) => ['-c', `filter.${name}.${setting}`]),
    ),
  };
}
