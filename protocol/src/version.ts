// The version of all parts, and which versions understand each other: those that are at most one minor version apart.

/** Same as in every package.json, which the bundles do not read. */
export const VERSION = '0.2.0';

/** Attribute of a message on the requests topic: its sender's version. A message without it is one of this version. */
export const VERSION_ATTRIBUTE = 'mymlops-version';

const FORM = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+][0-9A-Za-z.+-]+)?$/;

/** Major, minor, patch; undefined for what is not a version. */
function numbersOf(version: string): [major: number, minor: number, patch: number] | undefined {
  const found = FORM.exec(version);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

/** Negative if `a` is older than `b`. What is not a version is older than any. What follows the patch level does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Whether the two understand each other. The same both ways. */
export function isPartner(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return left !== undefined && right !== undefined && left[0] === right[0] && Math.abs(left[1] - right[1]) <= 1;
}

/** The oldest version that understands `version`. */
export function oldestPartner(version: string): string {
  const [major = 0, minor = 0] = numbersOf(version) ?? [];
  return `${major}.${Math.max(0, minor - 1)}.0`;
}

/** The line that installs a client of the same minor version. */
export function clientInstallLine(version: string): string {
  const [major, minor] = numbersOf(version) ?? [];
  return `npm install mymlops-client@${major === undefined ? 'latest' : `${major}.${minor}`}`;
}
