// `--delete-history`: deletes the images that the deployment has built. May be called again after an interruption.
import { counted } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import type { Administration, Refusal } from '../../google/administration';
import { findImages } from '../kept';
import { valueOrRefuse } from '../value-or-refuse';
import type { Deleting } from './deleting';

const PAUSE_MS = 3_000;
/** An image of a large disk is made in minutes, and can be deleted only then. */
const LOOKS = 100;
const DELETING = 'DELETING';

/**
 * All with the deployment's label: the last build may have ended only after the plan. Resolves when they are gone, as a
 * deletion is an operation. Throws ExpectedError if one stays.
 * @param pause Resolves after so many milliseconds, or rejects when the command is interrupted.
 */
export async function deleteImages(
  { administration, deployment, context }: Deleting,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> {
  const seen = new Set<string>();
  for (let looks = 1; ; looks++) {
    const images = await findImages(administration, deployment);
    if (images.length === 0) break;
    if (looks > LOOKS) throw stillThere(images.map(({ name }) => name));
    for (const { name, status } of images) {
      context.interrupted.throwIfAborted();
      if (!seen.has(name)) context.notice(`Deleting the image ${name}`);
      seen.add(name);
      if (status !== DELETING) await beginToDelete(administration, name);
    }
    await pause(PAUSE_MS);
  }
  if (seen.size > 0) context.notice(`Deleted ${counted(seen.size, 'image')}`);
}

/** The next look finds one that is not ready yet, and one whose deletion Google gave up. */
async function beginToDelete({ project, images }: Administration, name: string): Promise<void> {
  const answer = await images.remove(name);
  if (answer.refusal && isNotReady(answer.refusal)) return;
  valueOrRefuse(answer, { project, act: `delete the image ${name}`, role: 'compute.storageAdmin' });
}

/** `resourceNotReady`, whose words are in https://github.com/ZcashFoundation/zebra/issues/5044: Google still makes or deletes it. */
const isNotReady = ({ status, message }: Refusal): boolean => status === 400 && /is not ready/i.test(message);

const stillThere = (names: readonly string[]): ExpectedError =>
  new ExpectedError(
    [
      `These images still exist after ${(LOOKS * PAUSE_MS) / 60_000} minutes:`,
      ...names.map((name) => `  ${name}`),
      'Run the same line again: it goes on from here.',
    ].join('\n'),
  );
