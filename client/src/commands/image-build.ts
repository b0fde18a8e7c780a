// `image build`: requests an image, and follows its build.
import { randomInt } from 'node:crypto';
import { BUILDS_IMAGES_SINCE, imageFamily } from '@mymlops/protocol';
import { describeTarget } from '../config/target';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { untilAborted } from '../core/interruption';
import { type Deployment, openDeployment } from '../deployment/connect';
import { requireVersion } from '../deployment/require-version';
import { describeFailure, isRefusal } from '../google/failures';
import type { FoundImage } from '../google/images';
import type { BuildOptions } from '../images/build-options';
import { buildRequestOf } from '../images/build-request';
import { equalBuild } from '../images/equal-build';
import { exitCodeOfBuild, followBuild } from '../images/follow-build';
import { goneImages, goneLine } from '../images/gone-images';
import { CONFIG_HINT, configLine, readyImages } from '../images/image-facts';
import { namedImages } from '../images/named-images';
import { type BuildPlan, planBuild } from '../images/plan-build';
import { olderImages, removeOlder } from '../images/remove-older';
import { requireSecrets } from '../runs/require-secrets';
import { coarseText, secondsBetween } from '../view/times';

/** Prints the line for mymlops.yml; with --no-follow the id of the build. */
export async function imageBuild(
  context: Context,
  name: string | undefined,
  options: BuildOptions,
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  const plan = planBuild(context, name, options);
  context.notice(describeTarget(plan.target));
  for (const notice of plan.notices) context.notice(notice);
  const deployment = await open(context, plan.target);
  try {
    await requireVersion(deployment, BUILDS_IMAGES_SINCE, 'build images');
    const { all, gone } = await untilAborted(context.interrupted, lookAround(context, deployment, plan));
    const chosen = chooseBuild(context, all, plan, options);
    await removeOldImages(context, deployment, plan, () => Promise.resolve(all));
    const build = chosen.build ?? (await send(context, deployment, plan));
    if (options.follow === false) {
      context.print(`${build}\n`);
      return EXIT.done;
    }
    if (!chosen.isReady) {
      const followed = await followBuild({ context, deployment, build });
      const code = exitCodeOfBuild(followed);
      if (code !== EXIT.done) return code;
    }
    sayHowToUse(context, plan);
    if (!chosen.isReady) await removeOldImages(context, deployment, plan, () => listAnew(deployment, gone));
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}

type Ids = ReadonlySet<string>;

/** `gone`: builds of this name whose image is gone; `all` others. */
async function lookAround(
  context: Context,
  deployment: Deployment,
  { parts }: BuildPlan,
): Promise<{ all: FoundImage[]; gone: Ids }> {
  const listed = await (await deployment.images()).list();
  const gone = await goneImages(context, deployment, readyImages(listed, parts.name));
  for (const one of listed) if (gone.has(one.id)) context.notice(goneLine(one));
  return { all: without(gone, listed), gone };
}

const without = (gone: Ids, all: readonly FoundImage[]): FoundImage[] => all.filter(({ id }) => !gone.has(id));

const listAnew = async (deployment: Deployment, gone: Ids): Promise<FoundImage[]> =>
  without(gone, await (await deployment.images()).list());

/** The equal build that makes a new one needless; none with --rebuild. */
function chooseBuild(
  context: Context,
  all: readonly FoundImage[],
  { parts }: BuildPlan,
  { rebuild }: BuildOptions,
): { build?: string; isReady?: boolean } {
  if (rebuild) return {};
  const equal = equalBuild(all, parts);
  if (!equal) return {};
  const { id, document } = equal.found;
  const image = document.image ?? id;
  const age = coarseText(secondsBetween(document.finishedAt, new Date().toISOString()) ?? 0);
  switch (equal.why) {
    case 'ready':
      context.notice(`${image} was made from the same setup ${age} ago: nothing is sent. To build it again: --rebuild`);
      return { build: id, isReady: true };
    case 'under-way':
      context.notice(`${id} builds the same already: nothing is sent.`);
      return { build: id };
    case 'replaced':
      context.notice(
        `${image} was made from the same setup ${age} ago, but its family has a newer image: building it again.`,
      );
      return {};
  }
}

/** Returns the id. Throws if the request was surely not accepted, or if that is not known. */
async function send(context: Context, deployment: Deployment, { target, parts }: BuildPlan): Promise<string> {
  const { interrupted } = context;
  const request = buildRequestOf(parts, new Date(), randomInt);
  if (parts.secrets) {
    await untilAborted(interrupted, requireSecrets(parts.secrets, target.deployment, await deployment.secrets()));
  }
  const bus = await deployment.bus();
  interrupted.throwIfAborted();
  const { build } = request;
  try {
    await untilAborted(interrupted, bus.publish(request));
  } catch (error) {
    if (!isRefusal(error)) {
      context.notice(`${build} may have been accepted nevertheless.`);
      context.notice(`  to check: mymlops-client image ls`);
      context.notice(`  to end it: mymlops-client image cancel ${build}`);
    }
    throw error;
  }
  return build;
}

function sayHowToUse(context: Context, { target: { deployment }, parts: { name, machine } }: BuildPlan): void {
  context.notice(CONFIG_HINT);
  context.print(`${configLine(deployment, name)}\n`);
  const sizeGb = machine.disk?.sizeGb;
  if (sizeGb !== undefined) {
    context.notice(
      `A disk made from it has ${sizeGb} GB at least: give a run as much, with disk: { size: ${sizeGb}GB }`,
    );
  }
}

/** The build goes on whatever happens here. */
async function removeOldImages(
  context: Context,
  deployment: Deployment,
  { target, parts, config }: BuildPlan,
  list: () => Promise<readonly FoundImage[]>,
): Promise<void> {
  try {
    const all = await list();
    const older = olderImages(all, parts.name, namedImages(config, target.project));
    if (older.length > 0) await removeOlder(older, await deployment.bus(), context.notice);
  } catch (error) {
    const family = imageFamily(target.deployment, parts.name);
    context.notice(`The older images of ${family} stay: ${describeFailure(error, context.env)}`);
  }
}
