// A VM of a history and the agent on it, as far as the deployment can see: claim, phases, reports, fence, results, push.
import {
  ATTEMPT_OBJECTS,
  attemptPrefix,
  identityAttributes,
  LABELS,
  type Phase,
  type ReportState,
} from '@mymlops/protocol';
import type { InstanceBody } from '../../functions/src/engine/vm/insert-body';
import type { CloudVm } from '../../functions/src/ports';
import { aReport } from '../fakes/builders';
import { genuineToken } from '../fakes/fake-tokens';
import { knownId } from './known-id';
import type { PlannedRun } from './plan';
import { createSaver, restoredMs } from './vm-checkpoints';
import { base64, push, uploadResults, writeOutcome } from './vm-results';
import { oddityOf, type World } from './world';

export interface SimulatedVm {
  key: string;
  shown: CloudVm;
  shownMs: number;
  body: InstanceBody;
  metadata: Map<string, string>;
  /** How often it booted; a boot that is over does nothing more. */
  boots: number;
  isHung: boolean;
  isPreempted: boolean;
  /** Its clock is ahead of the true time by this. */
  skewMs: number;
  /** Compute Engine dropped its time limit. */
  isUnguarded?: boolean;
  /** No run knows of it, since when. */
  strayMs?: number;
  /** The preemption ends the command. */
  interruptCommand?: () => void;
  /** Somebody made it once more, after they had deleted it. */
  isAgain?: boolean;
  /** Somebody stopped it and started it again: a sweep between the two takes it for lost. */
  isRestarted?: boolean;
  /** Somebody made it of another one, labels and all: no agent runs on it. */
  isCopy?: boolean;
  /** Since when it does not carry the deployment's label any more: it works on, and is its user's. */
  takenOverMs?: number;
  /** When it sent a report that came within a minute, or saved its log. */
  heardMs: number[];
  /** Saves a last checkpoint, while the command runs. */
  keepLast?: () => void;
  /** The shutdown script, while the agent runs. */
  onShutdown?: () => void;
}

const MINUTE = 60_000;
const LINGER_MS = 15 * MINUTE;
/** Of a command that was ended by SIGTERM. */
const EXIT_TERMINATED = 143;
/** An attempt that was decided longer ago than this is not begun. */
const STALE_MS = 30 * MINUTE;
/** An identity token is fetched again after this. */
const IDENTITY_MS = 30 * MINUTE;

/** The VM runs no more; what its agent was about to do never happens. */
export function endVm(world: World, vm: SimulatedVm, status: string): void {
  vm.boots++;
  vm.shown.status = status;
  delete vm.onShutdown;
  delete vm.interruptCommand;
  delete vm.keepLast;
  endExecution(world, vm);
}

function endExecution({ oracle, timeline }: World, { body }: SimulatedVm): void {
  const open = oracle.executions.find(
    (each) =>
      each.run === body.labels[LABELS.run] &&
      String(each.attempt) === body.labels[LABELS.attempt] &&
      each.endedMs === undefined,
  );
  if (open) open.endedMs = timeline.nowMs;
}

export function bootVm(world: World, vm: SimulatedVm): void {
  endExecution(world, vm);
  const boot = ++vm.boots;
  const run = world.plan.runs.find(({ id }) => id === vm.body.labels[LABELS.run]);
  if (run) void runAgent(createAgent(world, vm, run, boot));
}

export type Agent = ReturnType<typeof createAgent>;

/** The agent's hands: every one of them is still once this boot is over. */
function createAgent(world: World, vm: SimulatedVm, run: PlannedRun, boot: number) {
  const { timeline, google, random, oracle } = world;
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  const prefix = attemptPrefix(run.id, attempt);
  const bootId = `boot-${vm.shown.id}-${String(boot).padStart(4, '0')}`;
  const label = (what: string): string => `${vm.key} ${boot} ${what}`;
  let seq = 0;
  let said: Partial<ReportState> = {};
  let identityMs = -Infinity;
  const now = (): string => new Date(timeline.nowMs + vm.skewMs).toISOString();
  /** By the metadata server, whose clock is right. */
  const identity = (): Record<string, string> => {
    if (timeline.nowMs - identityMs > IDENTITY_MS) identityMs = timeline.nowMs;
    return identityAttributes(genuineToken(vm.shown.name, identityMs, vm.shown.id));
  };
  const isOver = (): boolean => vm.boots !== boot || vm.isHung;
  /** Goes on after `ms`; never, where the boot is over by then. */
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timeline.at(timeline.nowMs + ms, () => {
        if (!isOver()) resolve();
      });
    });
  const isDeaf = oddityOf(world, 'answers-lost', vm.body) !== undefined;
  const asked = new Set<string>();
  /** A call of the bucket; tried again while the bucket is away, and where its answer was lost. */
  const bucket = async <T>(call: string, work: () => T): Promise<T> => {
    for (;;) {
      await wait(random.between(label(`bucket ${timeline.nowMs}`), 20, 400));
      const isAway = world.spell('bucket-out') !== undefined;
      const answer = isAway ? undefined : { value: work() };
      const isHeard = !isDeaf || asked.has(call);
      if (answer) asked.add(call);
      if (answer && isHeard) return answer.value;
      await wait(10_000);
    }
  };
  const send = (kind: 'lifecycle' | 'heartbeat', writer: 'agent' | 'shutdown', state: Partial<ReportState>): void => {
    if (world.spell('reports-lost')) return;
    const report = aReport({ run: run.id, attempt, boot: bootId, writer, kind, seq: ++seq, state });
    oracle.reports.push(report);
    const heardMs = timeline.nowMs;
    world.publish('events', { ...report, sentAt: now() }, identity(), () => {
      const id = knownId(world, vm);
      // One that was made again is not believed where the first one's id is known.
      if (id === undefined || id === vm.shown.id) vm.heardMs.push(heardMs);
    });
  };
  return {
    world,
    vm,
    run,
    attempt,
    prefix,
    bootId,
    wait,
    label,
    random,
    /** Says what it adds to what was said before. */
    report(state: Partial<ReportState>, kind: 'lifecycle' | 'heartbeat' = 'lifecycle'): void {
      said = { ...said, ...state };
      send(kind, 'agent', said);
    },
    reportShutdown(): void {
      send('lifecycle', 'shutdown', {
        ...said,
        stopping: { preempted: vm.isPreempted, at: now() },
      });
    },
    read: (name: string): Promise<string | undefined> =>
      bucket(`GET ${name}`, () => {
        oracle.bucketCalls.push(`GET ${name}`);
        return google.objects.get(name);
      }),
    /** `onWritten`: it is there, whether or not this VM hears of it. */
    write: (name: string, text: string, onWritten?: () => void): Promise<void> =>
      bucket(`PUT ${name}`, () => {
        put(world, name, text);
        onWritten?.();
      }),
    remove: (name: string): Promise<void> => bucket(`DELETE ${name}`, () => void google.objects.delete(name)),
    create: (name: string, text: string, onWritten?: () => void): Promise<boolean> =>
      bucket(`POST ${name}`, () => {
        oracle.bucketCalls.push(`POST ${name}`);
        if (google.objects.has(name)) return false;
        put(world, name, text);
        onWritten?.();
        return true;
      }),
    oracle,
    timeline,
    time: now,
    /** A log that grew is a sign of life, as a report is. */
    async saveLog(): Promise<void> {
      await bucket(`PUT log ${now()}`, () => put(world, `${prefix}log.txt`, now()));
      vm.heardMs.push(timeline.nowMs);
    },
    /** Milliseconds of the VM's clock. */
    clockMs: () => timeline.nowMs + vm.skewMs,
    /** What entering a phase adds to what is said. */
    enter(phase: Phase): Partial<ReportState> {
      said = { ...said, phase, phases: { ...said.phases, [phase]: now() } };
      return said;
    },
  };
}

function put({ google, timeline }: World, name: string, text: string): void {
  google.objects.set(name, text);
  google.writtenAt.set(name, new Date(timeline.nowMs).toISOString());
}

async function runAgent(agent: Agent): Promise<void> {
  const { world, vm, run, attempt, wait, label, random } = agent;
  agent.enter('boot');
  await wait(random.between(label('boot'), 5, 40) * 1000);
  if (isStale(agent)) return endVm(world, vm, 'TERMINATED');
  if (!(await claim(agent))) return endVm(world, vm, 'TERMINATED');
  vm.onShutdown = () => void shutDown(agent);
  agent.report(agent.enter('source'));
  await wait(random.between(label('source'), 2, 20) * 1000);
  if (run.command.failsInSetup) {
    const failure = { reason: 'setup-failed' as const, message64: base64('pip: no') };
    agent.report(agent.enter('setup'));
    await wait(random.between(label('log'), 1, 60) * 1000);
    agent.report({ ...agent.enter('publish'), failure });
    return finish(agent, { failure });
  }
  if (await isClosed(agent)) return endVm(world, vm, 'TERMINATED');
  const doneMs = await restoredMs(agent);
  agent.oracle.executions.push({ run: run.id, attempt, startedMs: agent.timeline.nowMs, restoredMs: doneMs });
  checkExecution(agent);
  agent.report(agent.enter('execute'));
  const ended = await execute(agent, doneMs);
  if (ended === 'closed') return endVm(world, vm, 'TERMINATED');
  endExecution(world, vm);
  // It failed, and metadata says why: the VM leaves without a word.
  if (ended === 'interrupted' && (await isGoingDown(agent))) return endVm(world, vm, 'TERMINATED');
  // A command that fails while its VM is taken away was interrupted.
  if (vm.shown.status !== 'RUNNING') return undefined;
  const command = ended === 'interrupted' ? { exit: EXIT_TERMINATED, timedOut: false } : commandOf(run, doneMs);
  agent.report({ ...agent.enter('publish'), command: { ...command, finishedAt: agent.time() } });
  return finish(agent, { command });
}

/** The shutdown script: of an attempt that was closed nothing is wanted. A bucket that does not answer holds it up little. */
async function shutDown(agent: Agent): Promise<void> {
  if (!agent.world.spell('bucket-out') && (await isClosed(agent))) return;
  agent.vm.keepLast?.();
  agent.reportShutdown();
}

/** An insert that was frozen makes a VM that nobody waits for any more. The VM's own clock tells. */
function isStale({ vm, clockMs }: Agent): boolean {
  const item = vm.body.metadata.items.find(({ key }) => key === 'mymlops-decided-at');
  return item !== undefined && clockMs() - Number(item.value) * 1000 > STALE_MS;
}

/** What metadata says of a preemption. */
async function isGoingDown({ vm, wait }: Agent): Promise<boolean> {
  await wait(200);
  return vm.isPreempted;
}

/** `doneMs` of it an earlier attempt has done. */
async function execute(agent: Agent, doneMs: number): Promise<'done' | 'closed' | 'interrupted'> {
  const { run, timeline, wait, vm } = agent;
  const startedMs = timeline.nowMs;
  const endsMs = startedMs + Math.min(run.command.durationMs - doneMs, run.maxRunSeconds * 1000);
  const saver = createSaver(agent, () => doneMs + timeline.nowMs - startedMs);
  vm.keepLast = saver.keepLast;
  const interrupted = new Promise<'interrupted'>((resolve) => {
    vm.interruptCommand = () => resolve('interrupted');
  });
  for (;;) {
    const word = await Promise.race([wait(Math.min(MINUTE, endsMs - timeline.nowMs)), interrupted]);
    const isDone = word === 'interrupted' || timeline.nowMs >= endsMs;
    const isFenced = !isDone && (await isClosed(agent));
    if (isDone || isFenced) {
      saver.end();
      delete vm.keepLast;
      return word === 'interrupted' ? word : isDone ? 'done' : 'closed';
    }
    saver.keep();
    if (run.talks) await agent.saveLog();
    agent.report({ cells: 1 }, 'heartbeat');
  }
}

function commandOf({ command, maxRunSeconds }: PlannedRun, doneMs: number): { exit: number; timedOut: boolean } {
  const timedOut = command.durationMs - doneMs > maxRunSeconds * 1000;
  return { exit: timedOut ? EXIT_TERMINATED : command.exit, timedOut };
}

async function claim({ create, read, prefix, bootId, world, vm, run, attempt }: Agent): Promise<boolean> {
  await create(`${prefix}${ATTEMPT_OBJECTS.claim}`, bootId);
  const owner = await read(`${prefix}${ATTEMPT_OBJECTS.claim}`);
  const closed = await read(`${prefix}${ATTEMPT_OBJECTS.closed}`);
  const isOurs = owner === bootId && closed === undefined;
  if (isOurs && vm.isAgain) noteHeir(world, run.id, attempt);
  return isOurs;
}

/** One that was made again goes on for the one that is gone. */
function noteHeir({ oracle }: World, run: string, attempt: number): void {
  oracle.lostMs.delete(`${run}/${attempt}`);
}

const isClosed = async ({ read, prefix }: Agent): Promise<boolean> =>
  (await read(`${prefix}${ATTEMPT_OBJECTS.closed}`)) !== undefined;

/** Results, outcome, the push once the verdict is there; then it lingers. */
async function finish(agent: Agent, ended: object): Promise<void> {
  const { world, vm, run, wait } = agent;
  if (await isClosed(agent)) return endVm(world, vm, 'TERMINATED');
  const results = await uploadResults(agent, 'command' in ended);
  if (!(await writeOutcome(agent, { ...results, ...ended }))) return endVm(world, vm, 'TERMINATED');
  agent.report({ outcome: true });
  if (run.hasOutput) await push(agent);
  const endsMs = agent.timeline.nowMs + Math.max(LINGER_MS, run.keepSeconds * 1000);
  while (agent.timeline.nowMs < endsMs) {
    await wait(30_000);
    agent.report({});
  }
  endVm(world, vm, 'TERMINATED');
}

/** A command runs once per attempt, never after an outcome, never twice at the same time. */
function checkExecution({ world, oracle, run, attempt }: Agent): void {
  const state = world.google.documents.get(run.id)?.state;
  if (!state || state.cleanedAt || state.attempts[attempt]?.goneAt) {
    oracle.violate(`attempt ${attempt} of ${run.id} was executed although it was over`);
  }
  const own = oracle.executions.filter((each) => each.run === run.id);
  if (own.filter((each) => each.attempt === attempt).length > 1) {
    oracle.violate(`the command of attempt ${attempt} of ${run.id} ran twice`);
  }
  if (oracle.outcomes.has(run.id)) oracle.violate(`${run.id} was executed again after its outcome`);
}
