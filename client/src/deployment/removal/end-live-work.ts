// `--force`: ends runs and builds of images, then deletes VMs and disks. By their own functions first: a run or a build that only lost its
// VM would get another one. May be called twice.
import { namesOf, type Request } from '@mymlops/protocol';
import { submitter } from '../../runs/submitter';
import { valueOrRefuse } from '../value-or-refuse';
import { deleteVmsAndDisks } from './delete-vms';
import { countOf, findLiveWork, linesOf, type LiveWork } from './live-work';
import { type Ending, PATIENCE_MINUTES, waitUntilNone } from './wait-until-none';

/** Throws ExpectedError if a VM or a disk stays. Work that does not end is only said: its functions may not work any more. */
export async function endLiveWork(ending: Ending, { runs, builds }: LiveWork): Promise<void> {
  if (runs.length + builds.length > 0 && (await cancelAll(ending, { runs, builds }))) await waitForEnds(ending);
  await deleteVmsAndDisks(ending);
}

/** Work that the functions end by themselves when its cancel arrives. */
type Cancelled = Pick<LiveWork, 'runs' | 'builds'>;

/** Whether their functions get it. */
async function cancelAll({ administration, deployment, context }: Ending, work: Cancelled): Promise<boolean> {
  const { project, topics } = administration;
  const topic = namesOf(project, deployment).topics.requests;
  const by = submitter();
  const requests = [
    ...work.runs.map(({ run }) => ({ type: 'cancel', run }) as const),
    ...work.builds.map(({ build }) => ({ type: 'cancel-build', build }) as const),
  ];
  for (const one of requests) {
    context.interrupted.throwIfAborted();
    const request: Request = { v: 1, ...one, by, at: new Date().toISOString() };
    const answer = await topics.publish(topic, request);
    if (answer.refusal?.status === 404) {
      context.notice(`The topic ${topic} does not exist any more, so no function can end the ${theWork(work)}.`);
      return false;
    }
    valueOrRefuse(answer, { project, act: `cancel the ${theWork(work)}`, role: 'pubsub.publisher' });
  }
  context.notice(`Cancelled ${countOf(work)}. Waiting until the functions have ended them.`);
  return true;
}

const theWork = ({ runs, builds }: Cancelled): string =>
  [...(runs.length > 0 ? ['runs'] : []), ...(builds.length > 0 ? ['builds'] : [])].join(' and ');

async function waitForEnds(ending: Ending): Promise<void> {
  const { administration, deployment, context } = ending;
  const [left] = await waitUntilNone(ending, async () => {
    const { runs, builds } = await findLiveWork(administration, deployment);
    return runs.length + builds.length > 0 ? [{ runs, builds }] : [];
  });
  if (left === undefined) return;
  context.notice(
    [
      `The functions have not ended ${countOf(left)} in ${PATIENCE_MINUTES} minutes. Their VMs are deleted nevertheless:`,
      ...linesOf(left),
    ].join('\n'),
  );
}
