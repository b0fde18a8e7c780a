// `image rm`: removes images, with all that the deployment stores of their builds.
import type { Context } from '../core/context';
import { EXIT, worstOf } from '../core/exit-codes';
import { agree } from '../deployment/agreement';
import { type Deployment, openDeployment } from '../deployment/connect';
import { awaitDocumentRemoval, type RemovalEnd } from '../following/await-removal';
import type { FoundImage } from '../google/images';
import { findImages } from '../images/find-images';
import { namedImages } from '../images/named-images';
import { refuseNeeded } from '../images/plan-removal';
import { removalOf } from '../images/remove-older';
import { imageTarget } from '../images/target';

/** A name removes all its images. Asks first, unless --yes. */
export async function imageRm(
  context: Context,
  text: string,
  { yes }: { yes?: boolean },
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  const { target, config } = imageTarget(context);
  const deployment = await open(context, target);
  try {
    const images = await deployment.images();
    const found = await findImages(images, text, target.deployment);
    const named = namedImages(config, target.project);
    refuseNeeded(found, { all: await images.list(), named, deployment: target.deployment });
    const what = found.map(titleOf).join(', ');
    const unasked = `Cannot ask without a terminal. To remove ${what}, add --yes.`;
    await agree({ context, isAgreed: yes, ending: 'Nothing was removed.', unasked }, `Remove ${what}?`);
    const bus = await deployment.bus();
    for (const { id } of found) await bus.publish(removalOf(id, new Date()));
    const codes = await Promise.all(found.map((one) => awaitOne(context, deployment, one)));
    return worstOf(codes);
  } finally {
    await deployment.close();
  }
}

const titleOf = ({ id, document: { image, status } }: FoundImage): string => image ?? `${id} (${status})`;

async function awaitOne(context: Context, deployment: Deployment, one: FoundImage): Promise<number> {
  const { watch } = await deployment.images();
  const { interrupted } = context;
  const end = await awaitDocumentRemoval({
    ...{ deployment, watch, id: one.id, interrupted },
    // One that has ended can always be removed.
    isRefused: () => false,
  });
  const { code, words } = ENDS[end];
  context.notice(`${titleOf(one)} ${words}`);
  return code;
}

const LATER = 'is not removed yet; the removal continues. See: mymlops-client image ls';

const ENDS: Record<RemovalEnd, { code: number; words: string }> = {
  removed: { code: EXIT.done, words: 'was removed.' },
  live: { code: EXIT.notFinished, words: LATER },
  late: { code: EXIT.notFinished, words: LATER },
  interrupted: { code: EXIT.interrupted, words: LATER },
};
