// Names of the images that a deployment builds, and of the VMs that build them.
import { isRunId } from './run-id';

/** No hyphen: a family would else be that of two deployments, as `a-b` with `c` and `a` with `b-c`. */
const IMAGE_NAME = /^[a-z][a-z0-9]{0,19}$/;

/** For people, where isImageName refuses. */
export const IMAGE_NAME_RULE = 'the name of an image has at most 20 of a-z and 0-9, and begins with a letter';

export const isImageName = (text: string): boolean => IMAGE_NAME.test(text);

/** The family, which profiles name: its newest image counts. At most 41 of Google's 63 characters. */
export const imageFamily = (deployment: string, name: string): string => `${deployment}-${name}`;

/** The image that a build makes. At most 62 of Google's 63 characters. */
export const imageResource = (deployment: string, name: string, build: string): string =>
  `${imageFamily(deployment, name)}-${build}`;

/** The VM of a build's attempt, and its boot disk. It cannot be taken for that of a run. */
export const buildVmName = (deployment: string, build: string, attempt: number): string =>
  `${deployment}-image-${build}-${attempt}`;

/** Build and attempt of a name that `buildVmName` has made; undefined for any other name. */
export function buildInName(deployment: string, name: string): { build: string; attempt: number } | undefined {
  const start = `${deployment}-image-`;
  if (!name.startsWith(start)) return undefined;
  const [, build = '', attempt] = /^(.+)-([1-9]\d*)$/.exec(name.slice(start.length)) ?? [];
  return isRunId(build) ? { build, attempt: Number(attempt) } : undefined;
}
