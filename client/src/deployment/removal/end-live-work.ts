// `--force`: ends runs and builds of images, then deletes the VMs. By their own functions first: a run or a build that only lost its
// VM would get another one. May be called twice.
import { setTimeout as delay } from 'node:timers/promises';
import { namesOf, type Request } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import type { Context } from '../../core/context';
import type { Administration } from '../../google/administration';
import { submitter } from '../../runs/submitter';
import { valueOrRefuse } from '../value-or-refuse';
import { countOf, findLiveWork, findVms, linesOf, type LiveWork } from './live-work';

export interface Ending {
  administration: Administration;
  deployment: string;
  context: Pick<Context, 'notice' | 'interrupted'>;
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Cancelled work ends when its VM is gone, which the next sweep or the one after it has seen. */
const PATIENCE_MS = 300_000;
const PAUSE_MS = 5_000;

/** Throws ExpectedError if a VM stays. Work that does not end is only said: its functions may not work any more. */
export async function endLiveWork(ending: Ending, { runs, builds }: LiveWork): Promise<void> {
  if (runs.length + builds.length > 0 && (await cancelAll(ending, { runs, builds }))) await waitForEnds(ending);
  await deleteVms(ending);
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
      `The functions have not ended ${countOf(left)} in ${PATIENCE_MS / 60_000} minutes. Their VMs are deleted nevertheless:`,
      ...linesOf(left),
    ].join('\n'),
  );
}

/** Deletes each VM with the deployment's label, and waits until all are gone. Throws ExpectedError if one stays. */
export async function deleteVms(ending: Ending): Promise<void> {
  const { administration, deployment, context } = ending;
  const { project, vms } = administration;
  const begun = new Set<string>();
  const left = await waitUntilNone(ending, async () => {
    const found = await findVms(administration, deployment);
    for (const vm of found) {
      const name = `${vm.zone}/${vm.name}`;
      if (begun.has(name)) continue;
      context.interrupted.throwIfAborted();
      begun.add(name);
      context.notice(`Deleting the VM ${vm.name} in ${vm.zone}`);
      valueOrRefuse(await vms.remove(vm), {
        project,
        act: `delete the VM ${vm.name}`,
        role: 'compute.admin',
      });
    }
    return found;
  });
  if (left.length === 0) return;
  throw new ExpectedError(
    [
      `These VMs still exist after ${PATIENCE_MS / 60_000} minutes:`,
      ...linesOf({ vms: left }),
      'Run the same line again: it goes on from here.',
    ].join('\n'),
  );
}

/** Those that are left when the patience ends. */
async function waitUntilNone<T>(
  { context, now = () => performance.now(), sleep = pause }: Ending,
  look: () => Promise<T[]>,
): Promise<T[]> {
  const endMs = now() + PATIENCE_MS;
  for (;;) {
    const left = await look();
    if (left.length === 0 || now() > endMs) return left;
    await sleep(PAUSE_MS, context.interrupted);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });
