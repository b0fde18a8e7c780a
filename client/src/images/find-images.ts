// IMAGE and BUILD on the command line -> builds.
import { imageFamily, isRunId } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { FoundImage, ImageReader } from '../google/images';
import { absenceOf } from '../runs/find-run';

const SHOWN_MATCHES = 10;
const WORDS = { what: 'build', list: 'image ls' };

/**
 * `text`: the id of a build or a unique part of one, an image, or a name or family, which means all its builds, newest first. At least one.
 * Throws ExpectedError if nothing is called so.
 */
export async function findImages(
  images: Pick<ImageReader, 'list' | 'isRemoved'>,
  text: string,
  deployment: string,
): Promise<[FoundImage, ...FoundImage[]]> {
  if (text.trim() === '') throw new ExpectedError('The name is empty. See: mymlops-client image ls', EXIT.usage);
  const all = await images.list();
  const word = text.replace(/^family\//, '');
  const named = all.filter(({ id, document: { image } }) => id === word || image === word);
  const ofName = all.filter(
    ({ document: { name } }) => name !== undefined && [name, imageFamily(deployment, name)].includes(word),
  );
  const partly = all.filter(({ id }) => id.includes(word));
  const [first, ...others] = named.length > 0 ? named : ofName;
  if (first) return [first, ...others];
  if (isRunId(word)) throw await missing(images, word);
  const [only, second] = partly;
  if (only && !second) return [only];
  if (partly.length === 0) {
    throw new ExpectedError(
      `No image or build is called ${JSON.stringify(word)}. See: mymlops-client image ls`,
      EXIT.notFound,
    );
  }
  const more = partly.length > SHOWN_MATCHES ? `\n  and ${partly.length - SHOWN_MATCHES} more` : '';
  const shown = partly.slice(0, SHOWN_MATCHES).map(({ id }) => `  ${id}`);
  throw new ExpectedError(
    `${partly.length} builds have ${JSON.stringify(word)} in their id. Give more of the id:\n${shown.join('\n')}${more}`,
    EXIT.usage,
  );
}

async function missing(images: Pick<ImageReader, 'isRemoved'>, build: string): Promise<ExpectedError> {
  const { message, isExpected } = await absenceOf(images, build, WORDS);
  return new ExpectedError(message, isExpected ? EXIT.notFinished : EXIT.notFound);
}

/** Whether a build without a document is so recent that it is most likely on its way. */
export async function isExpectedBuild(images: Pick<ImageReader, 'isRemoved'>, build: string): Promise<boolean> {
  return (await absenceOf(images, build, WORDS)).isExpected;
}
