// Follows a build until its image is ready and its VM is gone.
import type { ImageDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import type { Deployment } from '../deployment/connect';
import { followDocument, type FollowEnd } from '../following/follow-document';
import { createReporterOf } from '../following/reporter';
import { buildEndLines, buildLiveText, buildProgressText } from '../view/image-lines';
import { logEndLines } from './log-end';

export type FollowedBuild = FollowEnd<ImageDocument>;

export interface FollowBuildOptions {
  context: Pick<Context, 'terminal' | 'notice' | 'interrupted'>;
  deployment: Pick<Deployment, 'images' | 'buckets' | 'isLost'>;
  build: string;
  cleaningMs?: number;
}

/** Says each state, after a failure the end of the log, and how it ended. */
export async function followBuild({
  context,
  deployment,
  build,
  cleaningMs,
}: FollowBuildOptions): Promise<FollowedBuild> {
  const reporter = createReporterOf<ImageDocument>(context, 1, {
    progressText: buildProgressText,
    liveText: buildLiveText,
    endLines: buildEndLines,
  });
  try {
    const { watch } = await deployment.images();
    const followed = await followDocument<ImageDocument>({
      ...{ deployment, watch, id: build, interrupted: context.interrupted, cleaningMs },
      onState: (document) => reporter.state(build, document),
      onEnd: (document) => reporter.end(build, document),
    });
    const { why, document } = followed;
    if (why !== 'interrupted' && document?.status === 'failed') {
      for (const line of await logEndLines(deployment, build, document, context.interrupted)) reporter.say(line);
    }
    for (const line of closingLines(build, followed)) reporter.say(line);
    return followed;
  } finally {
    reporter.finish();
  }
}

export function exitCodeOfBuild({ why, document }: FollowedBuild): number {
  if (why === 'interrupted') return EXIT.interrupted;
  switch (document?.end?.status) {
    case 'ready':
      return EXIT.done;
    case 'failed':
      return EXIT.runFailed;
    case 'cancelled':
      return EXIT.cancelled;
    default:
      return EXIT.notFinished;
  }
}

function closingLines(build: string, { why, document }: FollowedBuild): string[] {
  if (why === 'removed') return [`${build} was removed.`];
  if (why === 'not-cleaned') {
    return [`The VM of ${build} is not deleted yet; the deletion continues. See: mymlops-client image ls`];
  }
  if (why !== 'interrupted') return [];
  return document?.end
    ? [`${build} has ended; its VM may not be deleted yet. See: mymlops-client image ls`]
    : [
        `${build} continues in the background.`,
        '  to follow it: the same command again',
        `  to end it:    mymlops-client image cancel ${build}`,
      ];
}
