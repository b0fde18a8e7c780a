// The log of an instance: what setup, start command and services wrote, the newest part of it.
import { type InstanceDocument, INSTANCE_OBJECTS } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { untilAborted } from '../core/interruption';
import type { Deployment } from '../deployment/connect';
import { printPieces } from '../logs/print-pieces';
import { objectsOf } from '../view/instance-facts';
import { createPrintableStream } from '../view/printable-stream';

/** Undefined without one of that name. Closes the deployment if it rejects. */
export async function instanceNamed(
  { interrupted }: Pick<Context, 'interrupted'>,
  deployment: Deployment,
  name: string,
): Promise<InstanceDocument | undefined> {
  try {
    const document = await untilAborted(interrupted, (await deployment.instances()).get(name));
    return document && document.uid !== undefined && document.status !== 'deleted' ? document : undefined;
  } catch (error) {
    await deployment.close();
    throw error;
  }
}

/** Prints it as its VM last sent it. Closes the deployment. Throws ExpectedError without one. */
export async function printInstanceLog(
  context: Context,
  deployment: Deployment,
  { name, document }: { name: string; document: InstanceDocument },
  { follow }: { follow?: boolean },
): Promise<number> {
  try {
    if (follow) {
      throw new ExpectedError(
        `The log of an instance cannot be followed yet. Leave out -f: mymlops-client logs ${name}`,
        EXIT.usage,
      );
    }
    const prefix = objectsOf(name, document);
    const printed = createPrintableStream({ colours: true });
    const print = (piece: Buffer): void => context.print(printed.write(piece));
    const { results: bucket } = await deployment.buckets();
    const isThere =
      prefix !== undefined &&
      (await printPieces(context, { bucket, object: `${prefix}${INSTANCE_OBJECTS.log}` }, print));
    if (!isThere) {
      throw new ExpectedError(
        `${name} has no log yet: it is ${document.status}. Try again in a minute.`,
        EXIT.notFinished,
      );
    }
    context.print(printed.end());
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
