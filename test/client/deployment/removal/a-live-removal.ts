// A deployment with runs that live, which is being removed with `--force`.
import { endLiveWork } from '../../../../client/src/deployment/removal/end-live-work';
import { findLiveWork } from '../../../../client/src/deployment/removal/live-work';
import { ExpectedError } from '../../../../client/src/core/errors';
import { aRemoval, type ARemoval, DEPLOYMENT } from './a-removal';

export const RUNS = ['20260101-000000-aaaa', '20260101-000000-bbbb'];
export const vm = (name: string, deployment = DEPLOYMENT) => ({
  ...{ name, zone: 'us-east1-c', status: 'RUNNING', labels: { 'mymlops-deployment': deployment } },
});
export const OTHER = vm('mymlops-two-1', 'mymlops-two');

export interface Live extends ARemoval {
  /** Runs that were cancelled, in their order. */
  cancelled: string[];
}

/** Two live runs with a VM each; `isWorking`: the functions end a run when its cancel arrives. */
export async function liveRuns({
  isWorking = true,
  ...options
}: { isWorking?: boolean; lacks?: string[] } = {}): Promise<Live> {
  const removal: Live = Object.assign(await aRemoval(options), { cancelled: [] as string[] });
  const { state } = removal;
  state.topics = new Set(['mymlops-requests', 'mymlops-two-requests']);
  state.runs = Object.fromEntries(RUNS.map((run) => [run, { live: true, status: 'running' }]));
  state.vms = [...RUNS.map((run) => vm(`mymlops-${run}-1`)), OTHER];
  state.onPublished = (topic, { type, run }) => {
    expect([topic, type]).toEqual(['mymlops-requests', 'cancel']);
    removal.cancelled.push(run);
    if (isWorking) state.runs[run] = { live: false, status: 'cancelled' };
  };
  return removal;
}

export const endAll = async (removal: Live): Promise<void> =>
  endLiveWork(removal.given, await findLiveWork(removal.administration, DEPLOYMENT));

/** The sentence with which it ends. */
export async function endRefusal(removal: Live): Promise<string> {
  const error: unknown = await endAll(removal).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExpectedError);
  return (error as ExpectedError).message;
}
