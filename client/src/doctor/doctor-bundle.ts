// The steps of `doctor --bundle FILE`: refuse a file that exists, collect, write, and say what the file has and lacks.
import { codeOf } from '@mymlops/google';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { sizeText } from '../core/sizes';
import { describeFailure } from '../google/failures';
import { showJson } from '../view/show-json';
import { collectBundle, type Collecting } from './bundle';
import type { BundleTarget } from './bundle-target';
import { newFile, writeBundle } from './write-bundle';

export interface Bundling extends Pick<Collecting, 'now' | 'open'>, BundleTarget {
  /** As the user wrote it. */
  file: string;
  json?: boolean | undefined;
}

/** Returns EXIT.done also where a part could not be read: the file says so. Throws ExpectedError if it cannot be written. */
export async function doctorBundle(context: Context, { file, json, ...collecting }: Bundling): Promise<number> {
  const path = newFile(file, context.cwd);
  context.notice('Collecting what a maintainer needs. This can take a minute.');
  const unread: Unread[] = [];
  const bundle = await collectBundle({
    ...{ context, ...collecting },
    onUnread: (part, error) => {
      const hint = part === 'log' && isForbidden(error) ? LOG_ROLE : '';
      unread.push({ part, why: `${hint}${describeFailure(error, context.env)}` });
    },
  });
  for (const line of linesOf(unread)) context.notice(line);
  const bytes = writeBundle(bundle, path, file);
  if (json) showJson(context, { file: path, bytes, unread: bundle.unread });
  else context.notice(`Wrote ${file}, ${sizeText(bytes)}. It is plain text: read it before you send it.`);
  return EXIT.done;
}

interface Unread {
  part: keyof typeof NAMES;
  /** For the user; not in the file. */
  why: string;
}

/** A network that is away costs several parts: one line for each cause, in the order of NAMES. */
function linesOf(unread: readonly Unread[]): string[] {
  return [...new Set(unread.map(({ why }) => why))].map((why) => {
    const parts = unread.filter((one) => one.why === why).map(({ part }) => part);
    const names = Object.entries(NAMES).filter(([part]) => parts.some((one) => one === part));
    return `Not in the file: ${names.map(([, name]) => name).join(', ')}. ${why}`;
  });
}

/** gRPC's status and HTTP's for a right that is missing. */
const isForbidden = (error: unknown): boolean => [7, 403].some((code) => code === codeOf(error));

/** The role of who uses a deployment does not hold it: the file is of use without the log, too. */
const LOG_ROLE = 'Who has the role roles/logging.viewer may read it. ';

const NAMES = {
  configuration: 'what mymlops.yml says',
  deployment: 'all that the deployment has',
  settings: 'the settings of the deployment',
  plan: 'the findings of doctor',
  runs: 'the runs',
  images: 'the builds of images',
  instances: 'the instances',
  log: 'the log of the functions',
};
