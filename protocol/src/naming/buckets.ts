// The names of a deployment's buckets. All of Google's users share one space of names, and a name is free again once its bucket is
// deleted: a name that can be guessed could then be another user's, who would get the next snapshots. So they end with letters
// and digits by chance, made once when the deployment is made, and are read from its settings.
import { RESERVED_NAME } from './names';

export interface BucketNames {
  /** Written once: snapshots, results, and the claim, the fence and the outcome of each attempt. */
  results: string;
  /** Overwritten while a run goes on: log and notebook so far, and checkpoints. Without soft delete, which would bill each of them for a week. */
  live: string;
}

/** No vowels, and nothing that looks like another one: no word can come of it, nor a name that Google keeps for itself. */
const ALPHABET = 'bcdfghjkmnpqrstvwxz23456789';
const SUFFIX_LENGTH = 8;
const LONGEST = 63;

/** `randomInt(n)` returns a whole number from 0 to n - 1. */
export function newBucketSuffix(randomInt: (below: number) => number): string {
  return Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** The project is there for people, and is cut where the name would be too long. */
export function bucketNames(project: string, deployment: string, suffix: string): BucketNames {
  const nameOf = (kind: string): string => {
    const own = `${deployment}-${kind}-${suffix}`;
    const start = projectIn(project)
      .slice(0, LONGEST - own.length - 1)
      .replace(/-+$/, '');
    return start === '' ? own : `${start}-${own}`;
  };
  return { results: nameOf('results'), live: nameOf('live') };
}

/** Without the domain of an organisation's older projects, `example.com:project`; empty where no bucket may have its name. */
function projectIn(project: string): string {
  const id = project.slice(project.lastIndexOf(':') + 1);
  return RESERVED_NAME.test(id) ? '' : id;
}
