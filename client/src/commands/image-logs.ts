// `image logs`: prints the log of a build's last attempt, as far as its VM has saved it.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { openDeployment } from '../deployment/connect';
import { findImages } from '../images/find-images';
import { logObject } from '../images/log-end';
import { imageTarget } from '../images/target';
import { printPieces } from '../logs/print-pieces';
import { keepYoungMemorySmall } from '../logs/young-memory';
import { createPrintableStream } from '../view/printable-stream';

/** A name means its newest build. */
export async function imageLogs(
  context: Context,
  text: string,
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  keepYoungMemorySmall();
  const { target } = imageTarget(context);
  const deployment = await open(context, target);
  try {
    const [newest] = await findImages(await deployment.images(), text, target.deployment);
    if (!newest) return EXIT.notFound;
    const { id, document } = newest;
    const object = logObject(id, document);
    const printed = createPrintableStream({ colours: true });
    const print = (piece: Buffer): void => context.print(printed.write(piece));
    const { results } = await deployment.buckets();
    if (object === undefined || !(await printPieces(context, { bucket: results, object }, print))) {
      throw new ExpectedError(
        document.end
          ? `${id} has no log: its VM never came to the setup. ${document.message}`
          : `${id} has no log yet: it is ${document.status}. Try again in a minute.`,
        document.end ? EXIT.notFound : EXIT.notFinished,
      );
    }
    context.print(printed.end());
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
