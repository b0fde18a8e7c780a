// The agent on a VM of a history, as far as the deployment can see it: claim, phases, reports, fence, results, push.
import { ATTEMPT_OBJECTS, LABELS } from '@mymlops/protocol';
import type { PlannedRun } from '../faults/plan';
import { createAgent, type Agent } from './agent-calls';
import { createSaver, restoredMs } from './agent-checkpoints';
import { base64, push, uploadResults, writeOutcome } from './agent-results';
import { runInstanceAgent } from './instance-agent';
import { isInstances } from './instance-labels';
import { runToyAgent } from './toy-agent';
import { isToys } from './toy-labels';
import type { SimulatedVm } from './vm';
import { endExecution, endVm } from './vm-lifecycle';
import type { World } from './world';

const MINUTE = 60_000;
const LINGER_MS = 15 * MINUTE;
/** Of a command that was ended by SIGTERM. */
const EXIT_TERMINATED = 143;
/** An attempt that was decided longer ago than this is not begun. */
const STALE_MS = 30 * MINUTE;

export function bootVm(world: World, vm: SimulatedVm): void {
  endExecution(world, vm);
  const boot = ++vm.boots;
  const run = world.plan.runs.find(({ id }) => id === vm.body.labels[LABELS.run]);
  if (run) void runAgent(createAgent(world, vm, run, boot));
  else if (isToys(vm.body)) runToyAgent(world, vm);
  else if (isInstances(vm.body)) runInstanceAgent(world, vm);
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
  if (await isFenced(agent)) return endVm(world, vm, 'TERMINATED');
  const doneMs = await restoredMs(agent);
  agent.oracle.executions.push({ run: run.id, attempt, startedMs: agent.timeline.nowMs, restoredMs: doneMs });
  checkExecution(agent);
  agent.report(agent.enter('execute'));
  const ended = await execute(agent, doneMs);
  if (ended === 'fenced') return endVm(world, vm, 'TERMINATED');
  endExecution(world, vm);
  // It failed, and metadata says why: the VM ends without a report.
  if (ended === 'interrupted' && (await isGoingDown(agent))) return endVm(world, vm, 'TERMINATED');
  // A command that fails while its VM is taken away was interrupted.
  if (vm.shown.status !== 'RUNNING') return undefined;
  const command = ended === 'interrupted' ? { exit: EXIT_TERMINATED, timedOut: false } : commandOf(run, doneMs);
  agent.report({ ...agent.enter('publish'), command: { ...command, finishedAt: agent.time() } });
  return finish(agent, { command });
}

/** The shutdown script: an attempt that is fenced reports nothing. A bucket that does not answer holds it up little. */
async function shutDown(agent: Agent): Promise<void> {
  if (!agent.world.spell('bucket-out') && (await isFenced(agent))) return;
  agent.vm.keepLast?.();
  agent.reportShutdown();
}

/** An insert that was frozen makes a VM that nobody waits for any more. The VM's own clock shows it. */
function isStale({ vm, clockMs }: Agent): boolean {
  const item = vm.body.metadata.items.find(({ key }) => key === 'mymlops-decided-at');
  return item !== undefined && clockMs() - Number(item.value) * 1000 > STALE_MS;
}

/** What metadata says of a preemption. */
async function isGoingDown({ vm, wait }: Agent): Promise<boolean> {
  await wait(200);
  return vm.isPreempted;
}

/** An earlier attempt has done `doneMs` of it. */
async function execute(agent: Agent, doneMs: number): Promise<'done' | 'fenced' | 'interrupted'> {
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
    const isOver = isDone || (await isFenced(agent));
    if (isOver) {
      saver.end();
      delete vm.keepLast;
      return word === 'interrupted' ? word : isDone ? 'done' : 'fenced';
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
  const fence = await read(`${prefix}${ATTEMPT_OBJECTS.fence}`);
  const isOurs = owner === bootId && fence === undefined;
  if (isOurs && vm.isAgain) noteSuccessor(world, run.id, attempt);
  return isOurs;
}

/** One that was made again goes on for the one that is gone. */
function noteSuccessor({ oracle }: World, run: string, attempt: number): void {
  oracle.lostMs.delete(`${run}/${attempt}`);
}

const isFenced = async ({ read, prefix }: Agent): Promise<boolean> =>
  (await read(`${prefix}${ATTEMPT_OBJECTS.fence}`)) !== undefined;

/** Results, outcome, the push once the run's result is there; then it lingers. */
async function finish(agent: Agent, ended: object): Promise<void> {
  const { world, vm, run, wait } = agent;
  if (await isFenced(agent)) return endVm(world, vm, 'TERMINATED');
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
  if (!state || state.cleanedAt || state.attempts[attempt]?.vm.goneAt) {
    oracle.violate(`attempt ${attempt} of ${run.id} was executed although it was over`);
  }
  const own = oracle.executions.filter((each) => each.run === run.id);
  if (own.filter((each) => each.attempt === attempt).length > 1) {
    oracle.violate(`the command of attempt ${attempt} of ${run.id} ran twice`);
  }
  if (oracle.outcomes.has(run.id)) oracle.violate(`${run.id} was executed again after its outcome`);
}
