// `image cancel`: requests the end of a build.
import { isRunId } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { openDeployment } from '../deployment/connect';
import { findImages, isExpectedBuild } from '../images/find-images';
import { imageTarget } from '../images/target';
import { submitter } from '../runs/submitter';

/** A full id without a document is cancelled too where its request may be on the way: it then ends as soon as it arrives. */
export async function imageCancel(
  context: Context,
  text: string,
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  const { target } = imageTarget(context);
  const deployment = await open(context, target);
  try {
    const images = await deployment.images();
    const send = async (build: string): Promise<void> => {
      const bus = await deployment.bus();
      await bus.publish({ v: 1, type: 'cancel-build', build, by: submitter(), at: new Date().toISOString() });
    };
    if (isRunId(text) && !(await images.get(text)) && (await isExpectedBuild(images, text))) {
      await send(text);
      context.notice(`${text} has not arrived yet; it will be cancelled when it does.`);
      return EXIT.done;
    }
    const found = await findImages(images, text, target.deployment);
    // A name may have several builds: the newest that goes on is meant.
    const { id, document } = found.find((one) => !one.document.end) ?? found[0];
    if (document.end) context.notice(`${id} has already ended: ${document.status}.`);
    else if (document.made) {
      context.notice(
        `The image of ${id} is being made, which cannot be cancelled. To remove it when it is ready: mymlops-client image rm ${id}`,
      );
    } else {
      await send(id);
      context.notice(`${id} will be cancelled. See: mymlops-client image ls`);
    }
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
