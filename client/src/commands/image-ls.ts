// `image ls`: lists the images and their builds.
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { openDeployment } from '../deployment/connect';
import { goneImages, goneLine } from '../images/gone-images';
import { familyOf } from '../images/image-facts';
import { namedImages } from '../images/named-images';
import { leftoverLines } from '../images/remove-older';
import { imageTarget } from '../images/target';
import { IMAGE_COLUMNS, imageRow } from '../view/image-columns';
import { showJson } from '../view/show-json';
import { table } from '../view/table';

export async function imageLs(
  context: Context,
  options: { json?: boolean },
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  const { target, config } = imageTarget(context);
  const deployment = await open(context, target);
  try {
    const all = await (await deployment.images()).list();
    const gone = await goneImages(context, deployment, all);
    const rows = all.map(({ id, document }) => ({
      build: id,
      family: familyOf(document, target.deployment),
      ...(gone.has(id) && { isGone: true as const }),
      document,
    }));
    if (options.json) {
      showJson(
        context,
        rows.map(({ document, ...row }) => ({ ...row, ...document })),
      );
      return EXIT.done;
    }
    if (rows.length === 0) {
      context.notice('There are no images yet. Build one with: mymlops-client image build NAME --setup FILE');
      return EXIT.done;
    }
    const now = new Date();
    context.print(
      table(
        IMAGE_COLUMNS,
        rows.map((row) => imageRow(row, now)),
      ),
    );
    const present = all.filter(({ id }) => !gone.has(id));
    for (const one of all.filter(({ id }) => gone.has(id))) {
      context.notice(`${goneLine(one)} To take it off the list: mymlops-client image rm ${one.id}`);
    }
    for (const line of leftoverLines(present, namedImages(config, target.project), target.deployment))
      context.notice(line);
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
