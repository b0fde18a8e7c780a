// The name of an instance that the user has not named: from the project's folder, and the profile.
import { basename } from 'node:path';
import { INSTANCE_NAME_RULE, isInstanceName } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

const LONGEST = 24;
const NAMELESS = 'instance';

/** The name that was given. Throws ExpectedError if it cannot be one. */
export function requireInstanceName(name: string): string {
  if (isInstanceName(name)) return name;
  throw new ExpectedError(`${JSON.stringify(name)} cannot be used: ${INSTANCE_NAME_RULE}.`, EXIT.usage);
}

/** `my-project`, with a profile `my-project-gpu`: two projects with a profile of one name have two instances. */
export function defaultInstanceName(folder: string, profile?: string): string {
  const end = profile === undefined ? '' : `-${plain(profile)}`.slice(0, LONGEST - 1);
  const start = cut(plain(basename(folder)).replace(/^[^a-z]+/, ''), LONGEST - end.length);
  const name = `${start || cut(NAMELESS, LONGEST - end.length)}${end}`.replace(/-+$/, '');
  return isInstanceName(name) ? name : NAMELESS;
}

/** For `--new`: the name itself, else the first of NAME-2, NAME-3 that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const end = number === 1 ? '' : `-${number}`;
    const candidate = `${cut(name, LONGEST - end.length)}${end}`;
    if (!taken.has(candidate)) return candidate;
  }
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const cut = (text: string, length: number): string => text.slice(0, length).replace(/-+$/, '');
