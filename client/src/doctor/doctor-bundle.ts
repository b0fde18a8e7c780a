// The steps of `doctor --bundle FILE`: refuse a file that exists, collect, write, and say what the file has and lacks.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { sizeText } from '../core/sizes';
import { describeFailure } from '../google/failures';
import { showJson } from '../view/show-json';
import { collectBundle, type Collecting } from './bundle';
import { newFile, writeBundle } from './write-bundle';

export interface Bundling extends Pick<Collecting, 'now' | 'open'> {
  target: Target;
  /** As the user wrote it. */
  file: string;
  json?: boolean | undefined;
}

/** Returns EXIT.done also where a part could not be read: the file says so. Throws ExpectedError if it cannot be written. */
export async function doctorBundle(context: Context, { target, file, json, ...seams }: Bundling): Promise<number> {
  const path = newFile(file, context.cwd);
  context.notice('Collecting what a maintainer needs. This can take a minute.');
  const bundle = await collectBundle({
    ...{ context, target, ...seams },
    onUnread: (part, error) => {
      const hint = part === 'log' && target.project !== LOCAL_PROJECT ? LOG_ROLE : '';
      context.notice(`Not in the file: ${NAMES[part]}. ${describeFailure(error, context.env)}${hint}`);
    },
  });
  const bytes = writeBundle(bundle, path, file);
  if (json) showJson(context, { file: path, bytes, unread: bundle.unread });
  else context.notice(`Wrote ${file}, ${sizeText(bytes)}. It is plain text: read it before you send it.`);
  return EXIT.done;
}

/** The role of who uses a deployment does not hold it: the file is of use without the log, too. */
const LOG_ROLE = ' Who has the role roles/logging.viewer may read it.';

const NAMES = {
  deployment: 'all that the deployment has',
  settings: 'the settings of the deployment',
  plan: 'the findings of doctor',
  runs: 'the runs',
  images: 'the builds of images',
  log: 'the log of the functions',
};
