// `--force`: ends the runs, then deletes the VMs. The runs first, and by their own functions: a run that only lost its VM would get
// another one. May be called twice.
import { setTimeout as delay } from 'node:timers/promises';
import { counted, namesOf, type Request } from '@mymlops/protocol';
import { ExpectedError } from '../../core/errors';
import type { Context } from '../../core/context';
import type { Administration } from '../../google/administration';
import { submitter } from '../../runs/submitter';
import { valueOrRefuse } from '../value-or-refuse';
import { findLiveWork, findVms, linesOf, type LiveWork } from './live-work';

export interface Ending {
  administration: Administration;
  deployment: string;
  context: Pick<Context, 'notice' | 'interrupted'>;
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** A cancelled run ends when its VM is gone, which the next sweep or the one after it has seen. */
const PATIENCE_MS = 300_000;
const PAUSE_MS = 5_000;

/** Throws ExpectedError if a VM stays. A run that does not end is only said: its functions may not work any more. */
export async function endLiveWork(ending: Ending, { runs }: LiveWork): Promise<void> {
  if (
    runs.length > 0 &&
    (await cancelAll(
      ending,
      runs.map(({ run }) => run),
    ))
  )
    await waitForRuns(ending);
  await deleteVms(ending);
}

/** Whether their functions get it. */
async function cancelAll({ administration, deployment, context }: Ending, runs: readonly string[]): Promise<boolean> {
  const { project, topics } = administration;
  const topic = namesOf(project, deployment).topics.requests;
  for (const run of runs) {
    const request: Request = { v: 1, type: 'cancel', run, by: submitter(), at: new Date().toISOString() };
    const answer = await topics.publish(topic, request);
    if (answer.refusal?.status === 404) {
      context.notice(`The topic ${topic} does not exist any more, so no function can end the runs.`);
      return false;
    }
    valueOrRefuse(answer, { project, act: 'cancel the runs', role: 'pubsub.publisher' });
  }
  context.notice(`Cancelled ${counted(runs.length, 'run')}. Waiting until the functions have ended them.`);
  return true;
}

async function waitForRuns(ending: Ending): Promise<void> {
  const { administration, deployment, context } = ending;
  const left = await waitUntilNone(ending, async () => (await findLiveWork(administration, deployment)).runs);
  if (left.length === 0) return;
  context.notice(
    [
      `The functions have not ended ${counted(left.length, 'run')} in ${PATIENCE_MS / 60_000} minutes. Their VMs are deleted nevertheless:`,
      ...linesOf({ runs: left, vms: [] }),
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
      ...linesOf({ runs: [], vms: left }),
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
