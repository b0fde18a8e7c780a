// Questions to the sweep function, which a client cannot answer itself: it has no right on Compute Engine.
import {
  ANSWERS_QUESTIONS_SINCE,
  checkMessage,
  compareVersions,
  gpusMessage,
  imagesMessage,
  planMessage,
  VERSION,
  VERSION_ATTRIBUTE,
  type Parsed,
  type Schema,
} from '@mymlops/protocol';
import { readAs, readLoosely, typeOf, type Message } from '../control/message';
import type { Answer } from '../ports/sweeps';
import { checkRuns } from './check';
import type { SweepContext } from './context';
import { readGpuOffers } from './gpu-offers';
import { lookForImages } from './look-for-images';
import { makePlan } from './plan';

export interface Question {
  id: string;
  /** Looks, and changes nothing. */
  answer(context: SweepContext): Promise<Answer>;
  /** The client that asked understands a FailedAnswer. */
  takesFailure: boolean;
}

type Reader = (content: unknown, isFromNewer: boolean) => Parsed<Omit<Question, 'takesFailure'>>;

/** By the type of the message. */
const READERS: Readonly<Record<string, Reader>> = {
  plan: reader(planMessage, (_, context) => makePlan(context)),
  gpus: reader(gpusMessage, (_, { computeCatalog, now }) => readGpuOffers(computeCatalog, now())),
  check: reader(checkMessage, ({ runs }, context) => checkRuns(runs, context)),
  images: reader(imagesMessage, ({ images }, context) => lookForImages(images, context)),
};

function reader<T extends { id: string }>(
  schema: Schema<T>,
  answer: (message: T, context: SweepContext) => Promise<Answer>,
): Reader {
  return (content, isFromNewer) => {
    const asked = (isFromNewer ? readLoosely : readAs)(schema, content);
    if (!asked.ok) return asked;
    const { value } = asked;
    return { ok: true, value: { id: value.id, answer: (context) => answer(value, context) } };
  };
}

/**
 * The question in `content`, or why it cannot be read; undefined for what is not a question. A client of a later version may say
 * more, at any depth: a question without an answer would cost its user a minute. `own`: the version of this function.
 */
export function questionIn(
  content: unknown,
  message: Pick<Message, 'attributes'> | undefined,
  own = VERSION,
): Parsed<Question> | undefined {
  const type = typeOf(content);
  if (typeof type !== 'string' || !Object.hasOwn(READERS, type)) return undefined;
  const version = message?.attributes[VERSION_ATTRIBUTE] ?? own;
  const read = READERS[type]?.(content, compareVersions(version, own) > 0);
  const takesFailure = compareVersions(version, ANSWERS_QUESTIONS_SINCE) >= 0;
  return read?.ok ? { ok: true, value: { ...read.value, takesFailure } } : read;
}
