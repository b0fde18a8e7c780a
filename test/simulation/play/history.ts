// One history from its plan until everything is settled.
import { LABELS, vmName } from '@mymlops/protocol';
import { aCommit, anOutput, aReport } from '../../fakes/builders';
import { genuineToken } from '../../fakes/fake-tokens';
import { checkFinalState } from '../oracle/final-state';
import { checkSizes, checkStep } from '../oracle/every-step';
import { checkHeldSlots } from '../oracle/held-slots';
import { checkLostVms } from '../oracle/lost-vms';
import { FAULTS_END_MS, FOREVER_MS, type Forgery, type Plan, type Spell } from '../faults/plan';
import { checkDeserted, checkProgress } from '../oracle/deadlines';
import { connectFunctions } from '../model/pubsub';
import { watchSettled } from '../oracle/settled';
import { checkUnneeded } from '../oracle/unneeded-vms';
import { scheduleOthers } from '../model/other-people';
import { isSettled as isRunSettled } from '../../../functions/src/engine/run/settled';
import { isInstanceAct, scheduleInstance } from '../model/instance';
import { isInstances } from '../model/instance-labels';
import { checkInstance, checkInstanceOff, checkInstanceWait, isInstanceSettled } from '../oracle/instance';
import { isToyAct, scheduleToy } from '../model/toy';
import { isToys } from '../model/toy-labels';
import { checkToy, checkToyOff, isToySettled } from '../oracle/toy';
import { checkPauses } from '../oracle/waits';
import { runPromises } from '../model/timeline';
import { checkToyPeriods } from '../oracle/toy-periods';
import { createWorld, type World } from '../model/world';
import { identityAttributes } from '../../fakes/identity-attributes';

const MINUTE = 60_000;
/** Long enough for whatever is left when the last fault is over. */
function restMs({ faults }: Plan): number {
  const ends = faults.map((fault) => ('toMs' in fault && fault.toMs < FOREVER_MS ? fault.toMs : 0));
  return Math.max(FAULTS_END_MS, ...ends) + 9 * 3600_000;
}
/** More for each run means that something goes round in a circle. */
const MAX_CALLS_OF_RUN = 40_000;
/** Also of a history with more runs: what goes round is to be noticed soon. */
const MAX_CALLS = 100_000;

export interface History {
  violations: string[];
  steps: number;
  calls: number;
}

/** How often each external call is made where nothing more goes wrong, up to `untilMs` into the history. */
export async function countCalls(plan: Plan, untilMs = Infinity): Promise<Map<string, number>> {
  const world = createWorld(plan);
  await play(world, untilMs);
  return world.callsByName;
}

/** Longer than Google lets any VM of a history live. */
const LONGEST_LIFE_MS = 5 * 3600_000;

/** The whole world of a history, once everything is settled. */
export async function playWorld(plan: Plan): Promise<World> {
  const world = createWorld(plan);
  await play(world);
  return world;
}

export const playHistory = (plan: Plan): Promise<History> => play(createWorld(plan));

async function play(world: World, untilMs = Infinity): Promise<History> {
  const { plan } = world;
  const longestMs = restMs(plan);
  connectFunctions(world);
  for (const run of plan.runs) scheduleUser(world, run);
  for (const fault of plan.faults) {
    if (fault.kind === 'forgery') scheduleForgery(world, fault);
    else if (isToyAct(fault)) scheduleToy(world, fault);
    else if (isInstanceAct(fault)) scheduleInstance(world, fault);
    else scheduleOthers(world, fault);
  }
  for (let tickMs = 0; tickMs < longestMs; tickMs += MINUTE) {
    world.timeline.at(world.startMs + tickMs, () => {
      // Nobody is left to hear it.
      if (!isDeserted(world)) world.publish('sweeps', { v: 1, type: 'tick' });
    });
  }
  const unneededSince = new Map<string, number>();
  const toyOnSince = new Map<string, number>();
  const instanceOnSince = new Map<string, number>();
  const missingSince = new Map<string, number>();
  const pausingSince = new Map<string, number>();
  const settled = watchSettled(world);
  let steps = 0;
  let lookedMs = 0;
  let measuredMs = 0;
  for (;;) {
    world.hasOnlyRead = false;
    const step = world.timeline.step();
    if (step === 'over') break;
    steps++;
    if (step === 'done') await runPromises();
    if (step === 'done' && !world.hasOnlyRead) {
      checkStep(world);
      checkToy(world);
      checkToyPeriods(world);
      checkInstance(world);
    }
    if (world.timeline.nowMs - lookedMs >= MINUTE) {
      lookedMs = world.timeline.nowMs;
      checkUnneeded(world, unneededSince);
      checkToyOff(world, toyOnSince);
      checkInstanceOff(world, instanceOnSince);
      checkInstanceWait(world);
      checkProgress(world);
      checkLostVms(world, missingSince);
      checkHeldSlots(world);
      checkPauses(world, pausingSince);
      if (isDeserted(world) && world.elapsedMs() > desertedFromMs(world) + LONGEST_LIFE_MS) break;
      if (settled.isOver(isSettled(world))) break;
    }
    if (world.timeline.nowMs - measuredMs >= 10 * MINUTE) {
      measuredMs = world.timeline.nowMs;
      checkSizes(world);
    }
    if (world.oracle.violations.length > 0) break;
    if (world.elapsedMs() > Math.min(longestMs, untilMs)) break;
    if (world.calls > Math.min(MAX_CALLS, MAX_CALLS_OF_RUN * Math.max(1, plan.runs.length))) {
      world.oracle.violate('more calls than any history needs');
      break;
    }
  }
  if (world.oracle.violations.length === 0) {
    if (isDeserted(world)) checkDeserted(world);
    else checkFinalState(world);
  }
  return { violations: world.oracle.violations, steps, calls: world.calls };
}

function scheduleUser(world: World, run: Plan['runs'][number]): void {
  const { timeline, startMs, oracle, publish } = world;
  const at = (ms: number): string => new Date(startMs + ms).toISOString();
  timeline.at(startMs + run.commitAtMs, () => {
    oracle.accepted.add(run.id);
    publish('requests', commitOf(world, run, at(run.commitAtMs)));
  });
  const { cancelAtMs } = run;
  if (cancelAtMs === undefined) return;
  timeline.at(startMs + cancelAtMs, () => {
    oracle.cancelled.add(run.id);
    publish('requests', { v: 1, type: 'cancel', run: run.id, by: 'ada', at: at(cancelAtMs) });
  });
}

const desertion = ({ plan }: World): Spell | undefined =>
  plan.faults.find((fault): fault is Spell => fault.kind === 'down' && fault.toMs === FOREVER_MS);

const desertedFromMs = (world: World): number => desertion(world)?.fromMs ?? Infinity;

/** No function of ours runs any more, and none ever will. */
const isDeserted = (world: World): boolean => world.elapsedMs() >= desertedFromMs(world);

const FORGED = {
  outcome: { phase: 'publish', outcome: true, publication: { commit: 'f'.repeat(40) } },
  stopping: { stopping: { preempted: true, at: '2026-11-21T10:00:00.000Z' } },
  failure: { phase: 'setup', failure: { reason: 'setup-failed', message64: '' } },
} as const;

function scheduleForgery(world: World, { run, attempt, atMs, says }: Forgery): void {
  const { timeline, startMs, publish, plan } = world;
  timeline.at(startMs + atMs, () => {
    world.oracle.isForging = true;
    const state = FORGED[says];
    const report = aReport({ run, attempt, seq: 999, writer: says === 'stopping' ? 'shutdown' : 'agent', state });
    const other = plan.runs.find(({ id }) => id !== run);
    publish('events', report, other ? identityAttributes(genuineToken(vmName('mymlops', other.id, 1))) : {});
  });
}

function commitOf(world: World, run: Plan['runs'][number], submittedAt: string): object {
  const resumeFrom = run.resumes ? newestOf(world, run.retryOf) : undefined;
  return aCommit({
    run: run.id,
    submittedAt,
    keepSeconds: run.keepSeconds,
    maxRunSeconds: run.maxRunSeconds,
    queueLimitSeconds: run.queueLimitSeconds,
    ...(run.profileMax !== undefined && { profile: 'gpu', maxParallel: run.profileMax }),
    ...(run.retryOf !== undefined && { retryOf: run.retryOf }),
    ...(resumeFrom !== undefined && { resumeFrom }),
    machine: { provisioning: run.provisioning },
    ...(run.hasOutput && { outputRepository: anOutput }),
  });
}

/** What `retry --resume` names, of a run that has ended. */
function newestOf({ google, oracle }: World, run = ''): string | undefined {
  if (!google.documents.get(run)?.state.end) return undefined;
  return oracle.checkpoints.findLast((each) => each.run === run && google.objects.has(each.object))?.object;
}

/** Every run is cleaned and no VM of ours is left. */
function isSettled(world: World): boolean {
  const { google, vms, disks, inFlight, dead, elapsedMs } = world;
  // Late copies of messages still come after the end: they are waited for.
  if (inFlight > 0 || dead.length > 0 || elapsedMs() < lastEventMs(world)) return false;
  // So is a sweep that was frozen.
  if ([...world.sweeping].some((beganMs) => world.timeline.nowMs - beganMs > MINUTE)) return false;
  const rests = ({ id }: { id: string }): boolean => {
    const state = google.documents.get(id)?.state;
    return state === undefined ? google.removed.has(id) : isRunSettled(state) && state.removing === undefined;
  };
  const isOurs = (thing: { labels: Record<string, string> }): boolean => thing.labels[LABELS.deployment] === 'mymlops';
  if (!isToySettled(world) || !isInstanceSettled(world)) return false;
  if ([...vms.values()].some(({ shown }) => isOurs(shown) && !isToys(shown) && !isInstances(shown))) return false;
  // One that its user took over works, and reports, to its own end.
  if ([...vms.values()].some(({ shown, takenOverMs }) => takenOverMs !== undefined && shown.status === 'RUNNING'))
    return false;
  // What an insert left of a run is gone with the run; an orphan one is waited for, and what came too late for that.
  const waitedFor = [...world.orphanDisksMs.keys(), ...world.oracle.frozenInserts, ...world.namesakes];
  if (waitedFor.some((key) => isOurs(disks.get(key) ?? NOTHING))) return false;
  return world.plan.runs.every(rests);
}

const NOTHING = { labels: {} };

/** When the last thing that the plan names by its time happens. */
function lastEventMs({ plan }: World): number {
  const times = [
    ...plan.runs.flatMap(({ commitAtMs, cancelAtMs = 0 }) => [commitAtMs, cancelAtMs]),
    ...plan.faults.flatMap((fault) =>
      fault.kind === 'said' ||
      fault.kind === 'orphan' ||
      fault.kind === 'namesake' ||
      fault.kind === 'toy' ||
      fault.kind === 'instance'
        ? [fault.atMs]
        : [],
    ),
  ];
  return Math.max(...times);
}
