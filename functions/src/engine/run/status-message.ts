// The sentence beside a run's status: what it waits for, what it is doing, or why it ended. Pure.
import {
  DEPLOYMENT_POOL,
  PHASES,
  profilePool,
  THIS_COMPUTER,
  type Attempt,
  type Phase,
  type RunState,
  type Status,
} from '@mymlops/protocol';
import { hasExisted } from '../vm/record';
import { agentState, currentAttempt } from './attempts';

const PHASE_TEXT: Record<Phase, string> = {
  boot: 'Booting the VM',
  source: 'Fetching the snapshot',
  setup: 'Running the setup command',
  execute: 'Executing the notebook',
  publish: 'Saving the results',
};

export function statusMessage(state: RunState, status: Status): string {
  const attempt = state.attempts[currentAttempt(state)];
  switch (status) {
    case 'queued':
      return waitText(state) ?? 'Waiting to request a VM';
    case 'provisioning':
      return vmText(attempt);
    case 'recovering':
      return `${lossText(state)}; ${uncapitalized(attempt?.givenUp ? (waitText(state) ?? 'another attempt follows') : vmText(attempt))}`;
    case 'running':
      return PHASE_TEXT[(attempt && agentState(attempt)?.phase) ?? PHASES[0]];
    default:
      return state.end?.message ?? 'Cancelled before its commit arrived';
  }
}

const vmText = (attempt: Attempt | undefined): string =>
  attempt?.vm.machine === THIS_COMPUTER
    ? 'Waiting for a VM on this computer'
    : `Waiting for a VM of type ${attempt?.vm.machine} in ${attempt?.vm.zone}`;

/** The reason why the run is waiting, and since when. */
function waitText({ capacity, slots }: RunState): string | undefined {
  if (slots?.waiting) {
    const { pool, since } = slots.waiting;
    return `Waiting for a free slot since ${minuteOf(since)} (${ownerText(pool)} max_parallel is reached)`;
  }
  if (capacity?.since === undefined) return undefined;
  const next = capacity.notBefore === undefined ? '' : `; next try at ${capacity.notBefore.slice(11, 16)}`;
  const what = capacity.isForQuota ? "quota that this deployment's other VMs use" : 'capacity';
  return `Waiting for ${what} since ${minuteOf(capacity.since)}${next}`;
}

function ownerText(pool: string): string {
  if (pool === DEPLOYMENT_POOL) return "the deployment's";
  const name = pool.slice(profilePool('').length);
  return name === '' ? "the profile's" : `the profile's (${name})`;
}

const minuteOf = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** `Attempt 1 was preempted`. */
function lossText(state: RunState): string {
  const lost = Object.entries(state.attempts).findLast(([, attempt]) => attempt.givenUp && hasExisted(attempt.vm));
  return `Attempt ${lost?.[0]} was ${fateOf(lost?.[1].givenUp)}`;
}

function fateOf(givenUp: Attempt['givenUp']): string {
  if (givenUp?.reason === 'preempted') return 'preempted';
  if (givenUp?.cause === 'time-limit') return "ended at its VM's time limit";
  return givenUp?.cause === 'deleted' ? 'deleted by someone' : 'lost';
}

/** As it stands in the middle of a sentence. */
const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
