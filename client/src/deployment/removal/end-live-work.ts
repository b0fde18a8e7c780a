// `--force`: ends runs, builds of images and instances, then deletes VMs and disks. By their own functions first: a run or a build that
// only lost its VM would get another one, and an instance without its VM would be shown for ever. May be called twice.
import { namesOf, type Request } from '@mymlops/protocol';
import { submitter } from '../../runs/submitter';
import { valueOrRefuse } from '../value-or-refuse';
import { deleteVmsAndDisks } from './delete-vms';
import { countOf, findLiveWork, linesOf, type LiveWork } from './live-work';
import { type Ending, PATIENCE_MINUTES, waitUntilNone } from './wait-until-none';

/** Throws ExpectedError if a VM or a disk stays. Work that does not end is only said: its functions may not work any more. */
export async function endLiveWork(ending: Ending, { runs, builds, instances }: LiveWork): Promise<void> {
  const work = { runs, builds, instances };
  if (!isNone(work) && (await requestEnds(ending, work))) await waitForEnds(ending);
  await deleteVmsAndDisks(ending);
}

/** Work that the functions end by themselves when its request arrives. */
type Ended = Pick<LiveWork, 'runs' | 'builds' | 'instances'>;

const isNone = ({ runs, builds, instances }: Ended): boolean => runs.length + builds.length + instances.length === 0;

/** Whether their functions get it. */
async function requestEnds({ administration, deployment, context }: Ending, work: Ended): Promise<boolean> {
  const { project, topics } = administration;
  const topic = namesOf(project, deployment).topics.requests;
  const by = submitter();
  const requests = [
    ...work.runs.map(({ run }) => ({ type: 'cancel', run }) as const),
    ...work.builds.map(({ build }) => ({ type: 'cancel-build', build }) as const),
    ...work.instances.map(({ name, uid }) => ({ type: 'delete', name, uid }) as const),
  ];
  for (const one of requests) {
    context.interrupted.throwIfAborted();
    const request: Request = { v: 1, ...one, by, at: new Date().toISOString() };
    const answer = await topics.publish(topic, request);
    if (answer.refusal?.status === 404) {
      context.notice(`The topic ${topic} does not exist any more, so no function can end the ${theWork(work)}.`);
      return false;
    }
    const verb = one.type === 'delete' ? 'delete' : 'cancel';
    valueOrRefuse(answer, { project, act: `${verb} the ${theWork(work)}`, role: 'pubsub.publisher' });
  }
  const { instances, ...cancelled } = work;
  const parts = [
    ...(countOf(cancelled) === '' ? [] : [`Cancelled ${countOf(cancelled)}.`]),
    ...(instances.length === 0 ? [] : [`Deleting ${countOf({ instances })} with VM and disk.`]),
  ];
  context.notice(`${parts.join(' ')} Waiting until the functions have ended them.`);
  return true;
}

const theWork = ({ runs, builds, instances }: Ended): string =>
  [
    ...(runs.length > 0 ? ['runs'] : []),
    ...(builds.length > 0 ? ['builds'] : []),
    ...(instances.length > 0 ? ['instances'] : []),
  ].join(' and ');

async function waitForEnds(ending: Ending): Promise<void> {
  const { administration, deployment, context } = ending;
  const [left] = await waitUntilNone(ending, async () => {
    const { runs, builds, instances } = await findLiveWork(administration, deployment);
    const work = { runs, builds, instances };
    return isNone(work) ? [] : [work];
  });
  if (left === undefined) return;
  context.notice(
    [
      `The functions have not ended ${countOf(left)} in ${PATIENCE_MINUTES} minutes. Their VMs are deleted nevertheless:`,
      ...linesOf(left),
    ].join('\n'),
  );
}
