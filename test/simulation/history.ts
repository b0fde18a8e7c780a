// One history from its plan to its rest.
import { identityAttributes, vmName } from '@mymlops/protocol';
import { aCommit, anOutput, aReport } from '../fakes/builders';
import { genuineToken } from '../fakes/fake-tokens';
import { checkProgress, checkRest, checkStep, checkUnwanted } from './invariants';
import { FAULTS_END_MS, type Forgery, type Plan } from './plan';
import { connectFunctions } from './pubsub';
import { isAtRest as isRunAtRest } from '../../functions/src/engine/at-rest';
import { createWorld, type World } from './world';

const MINUTE = 60_000;
/** Long enough for whatever is left when the last fault is over. */
const REST_MS = FAULTS_END_MS + 9 * 3600_000;
/** More means that something goes round in a circle. */
const MAX_CALLS = 60_000;

export interface History {
  violations: string[];
  steps: number;
  calls: number;
}

/** How often each external call is made where nothing more goes wrong. */
export async function countCalls(plan: Plan): Promise<Map<string, number>> {
  const world = createWorld(plan);
  await play(world);
  return world.callsByName;
}

/** The whole world of a history, at its rest. */
export async function playWorld(plan: Plan): Promise<World> {
  const world = createWorld(plan);
  await play(world);
  return world;
}

export const playHistory = (plan: Plan): Promise<History> => play(createWorld(plan));

async function play(world: World): Promise<History> {
  const { plan } = world;
  connectFunctions(world);
  for (const run of plan.runs) scheduleUser(world, run);
  for (const fault of plan.faults) if (fault.kind === 'forgery') scheduleForgery(world, fault);
  for (let tickMs = 0; tickMs < REST_MS; tickMs += MINUTE) {
    world.timeline.at(world.startMs + tickMs, () => world.publish('sweeps', { v: 1, type: 'tick' }));
  }
  const unwantedSince = new Map<string, number>();
  let steps = 0;
  let lookedMs = 0;
  let restingSince: number | undefined;
  while (await world.timeline.step()) {
    steps++;
    checkStep(world);
    if (world.timeline.nowMs - lookedMs >= MINUTE) {
      lookedMs = world.timeline.nowMs;
      checkUnwanted(world, unwantedSince);
      checkProgress(world);
      restingSince = isAtRest(world) ? (restingSince ?? lookedMs) : undefined;
      if (restingSince !== undefined && lookedMs - restingSince > 2 * MINUTE) break;
    }
    if (world.oracle.violations.length > 0) break;
    if (world.elapsedMs() > REST_MS) break;
    if (world.calls > MAX_CALLS) {
      world.oracle.violate('more calls than any history needs');
      break;
    }
  }
  if (world.oracle.violations.length === 0) checkRest(world);
  return { violations: world.oracle.violations, steps, calls: world.calls };
}

function scheduleUser({ timeline, startMs, oracle, publish }: World, run: Plan['runs'][number]): void {
  const at = (ms: number): string => new Date(startMs + ms).toISOString();
  timeline.at(startMs + run.commitAtMs, () => {
    oracle.accepted.add(run.id);
    publish('requests', commitOf(run, at(run.commitAtMs)));
  });
  const { cancelAtMs } = run;
  if (cancelAtMs === undefined) return;
  timeline.at(startMs + cancelAtMs, () => {
    oracle.cancelled.add(run.id);
    publish('requests', { v: 1, type: 'cancel', run: run.id, by: 'ada', at: at(cancelAtMs) });
  });
}

const FORGED = {
  outcome: { phase: 'publish', outcome: true, publication: { commit: 'f'.repeat(40) } },
  stopping: { stopping: { preempted: true, at: '2026-11-21T10:00:00.000Z' } },
  failure: { phase: 'setup', failure: { reason: 'setup-failed', message64: '' } },
} as const;

function scheduleForgery({ timeline, startMs, publish, plan }: World, { run, attempt, atMs, says }: Forgery): void {
  timeline.at(startMs + atMs, () => {
    const state = FORGED[says];
    const report = aReport({ run, attempt, seq: 999, writer: says === 'stopping' ? 'shutdown' : 'agent', state });
    const other = plan.runs.find(({ id }) => id !== run);
    publish('events', report, other ? identityAttributes(genuineToken(vmName('mymlops', other.id, 1))) : {});
  });
}

function commitOf(run: Plan['runs'][number], submittedAt: string): object {
  return aCommit({
    run: run.id,
    submittedAt,
    keepSeconds: run.keepSeconds,
    maxRunSeconds: run.maxRunSeconds,
    queueLimitSeconds: run.queueLimitSeconds,
    instance: { provisioning: run.provisioning },
    ...(run.hasOutput && { outputRepository: anOutput }),
  });
}

/** Every run is cleaned and no machine is left. */
function isAtRest({ google, plan, vms, elapsedMs, inFlight, dead }: World): boolean {
  // Late copies of messages still come after the end: they are waited for.
  if (inFlight > 0) return false;
  if (elapsedMs() < Math.max(...plan.runs.map(({ commitAtMs, cancelAtMs = 0 }) => Math.max(commitAtMs, cancelAtMs)))) {
    return false;
  }
  if (dead.length > 0) return false;
  const rests = ({ id }: { id: string }): boolean => {
    const state = google.documents.get(id)?.state;
    return state !== undefined && isRunAtRest(state);
  };
  return vms.size === 0 && plan.runs.every(rests);
}
