// Names of interactive instances, of their VMs, and of what lies where.
import { isRunId } from './run-id';

const NAME = /^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/;
/** Six characters, so that no VM of an instance has the name of a run's VM or of a build's. */
const UID = /^[a-z0-9]{6}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The first version whose functions know instances. */
export const KNOWS_INSTANCES_SINCE = '0.2.0';

/** For people, where isInstanceName refuses. */
export const INSTANCE_NAME_RULE =
  'the name of an instance has at most 24 of a-z, 0-9 and -, begins with a letter, and ends with a letter or a digit';

/** A name cannot be the id of a run: both stand in one listing. */
export const isInstanceName = (text: string): boolean => NAME.test(text) && !isRunId(text);

/** Tells an instance from an earlier one of its name. `randomInt(n)` returns a whole number from 0 to n - 1. */
export const newInstanceUid = (randomInt: (below: number) => number): string =>
  Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

export const isInstanceUid = (text: string): boolean => UID.test(text);

/** VM and boot disk. At most 20 + 1 + 24 + 1 + 6 + 1 + digits of 63 characters. `number`: of the VM, from 1. */
export const instanceVmName = (deployment: string, name: string, uid: string, number: number): string =>
  `${deployment}-${name}-${uid}-${number}`;

/** The parts that `instanceVmName` has made a name of; undefined for any other name. */
export function instanceInName(
  deployment: string,
  text: string,
): { name: string; uid: string; number: number } | undefined {
  if (!text.startsWith(`${deployment}-`)) return undefined;
  const parts = /^(.+)-([a-z0-9]{6})-([1-9]\d*)$/.exec(text.slice(deployment.length + 1));
  const [, name = '', uid = '', number] = parts ?? [];
  return isInstanceName(name) ? { name, uid, number: Number(number) } : undefined;
}
