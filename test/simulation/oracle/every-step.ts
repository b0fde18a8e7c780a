// What must hold at every step.
import { isDown } from '../../fakes/vm-status';
import { DEPLOYMENT_POOL, LABELS, type RunState, type SlotPool } from '@mymlops/protocol';
import { idOf, periodOf } from './recorded';
import { checkArchived, checkProvisioning } from './attempts';
import { checkRefusal, noteOthers } from './refusals';
import { checkWait } from './waits';
import type { World } from '../model/world';

const MAX_DOCUMENT_BYTES = 200_000;

export function checkStep(world: World): void {
  const { google, oracle, timeline, vms, disks } = world;
  checkLines(world);
  checkArchived(world);
  for (const [run, { state }] of google.documents) {
    const before = oracle.lastSeen.get(run);
    if (before !== state) {
      oracle.lastSeen.set(run, state);
      if (before) checkReporters(world, run, before, state);
      if (state.cancel && !oracle.cancelSeenMs.has(run)) oracle.cancelSeenMs.set(run, timeline.nowMs);
      if (state.removing && !oracle.removingMs.has(run)) oracle.removingMs.set(run, timeline.nowMs);
      if (state.request && !oracle.knownMs.has(run)) oracle.knownMs.set(run, timeline.nowMs);
      noteReported(world, run, state);
      checkDown(world, run, state);
      checkCancel(world, run, state);
      checkRefusal(world, run, before, state);
      checkWait(world, run, before, state);
      checkProvisioning(world, run, before, state);
    }
    if (!state.cleanedAt) continue;
    for (const vm of vms.values()) {
      if (vm.body.labels[LABELS.run] !== run || isDown(vm.shown) || vm.isCopy) continue;
      if (vm.takenOverMs !== undefined) continue;
      // An insert that was held up on its way for minutes comes late; the sweep finds it, and it is fenced.
      if (!isLateInsert(world, vm.key)) oracle.violate(`${run} is cleaned and has a VM`);
    }
  }
  for (const [key, { name, zone, labels }] of disks) {
    const vm = google.documents.get(labels[LABELS.run] ?? '')?.state.attempts[Number(labels[LABELS.attempt])]?.vm;
    if (vm?.goneAt === undefined || vm.zone !== zone || vm.name !== name) continue;
    const isUsers = vms.get(key)?.takenOverMs !== undefined;
    if (!isUsers && !isLateInsert(world, key)) oracle.violate(`${name} is proven gone and has a disk`);
  }
  if (oracle.pushesSeen < oracle.pushes.length) checkPushes(world);
  for (const [run, { object, text }] of oracle.outcomes) {
    if (google.objects.get(object) === text || google.removed.has(run)) continue;
    if (!google.documents.get(run)?.state.removing) oracle.violate(`the outcome of ${run} was overwritten`);
  }
}

function checkPushes({ oracle }: World): void {
  oracle.pushesSeen = oracle.pushes.length;
  const pushed = new Map<string, number>();
  for (const { run, attempt } of oracle.pushes) {
    if ((pushed.get(run) ?? attempt) !== attempt) oracle.violate(`two attempts of ${run} have pushed`);
    pushed.set(run, attempt);
  }
}

/** First come first served: who takes a slot leaves enough of them to those that have waited longer. */
function checkLines(world: World): void {
  const { google, oracle } = world;
  for (const [name, { pool, version }] of google.pools) {
    const line = oracle.lines.get(name) ?? { waiting: [], version: 0 };
    if (line.version === version) continue;
    oracle.lines.set(name, line);
    line.version = version;
    if (name === DEPLOYMENT_POOL) noteOthers(world);
    checkHolders(world, name, pool);
    const queue = pool.queue.map(({ id }) => id);
    for (const run of queue) if (!line.waiting.includes(run)) line.waiting.push(run);
    for (const { id: run } of pool.holders) {
      const ahead = line.waiting.slice(0, Math.max(0, line.waiting.indexOf(run))).filter((each) => isIn(queue, each));
      if (pool.holders.length + ahead.length > pool.max) oracle.violate(`${run} took the slot of ${ahead.join(', ')}`);
    }
    line.waiting = line.waiting.filter((run) => isIn(queue, run));
  }
}

/** A run that has its slot by its own document has it in the pool: both are written at once. A settled one needs none. */
function checkHolders({ google, oracle }: World, name: string, { holders }: SlotPool): void {
  for (const [run, { state }] of google.documents) {
    if (state.cleanedAt || !state.slots?.held.includes(name)) continue;
    if (!holders.some(({ id }) => id === run)) oracle.violate(`${run} has lost its slot of ${name}`);
  }
}

const isIn = (runs: readonly string[], run: string): boolean => runs.includes(run);

const isLateInsert = ({ oracle }: World, key: string): boolean => oracle.frozenInserts.has(key);

function noteReported({ oracle, timeline }: World, run: string, { attempts }: RunState): void {
  for (const [number, attempt] of Object.entries(attempts)) {
    const key = `${run}/${number}`;
    if (periodOf(attempt).reports && !oracle.reportedMs.has(key)) oracle.reportedMs.set(key, timeline.nowMs);
  }
}

/** Once it is known which VM an attempt has, another one of its name is not believed. The name of a boot shows whose it is. */
function checkReporters({ oracle }: World, run: string, before: RunState, { attempts }: RunState): void {
  for (const [number, attempt] of Object.entries(attempts)) {
    const { reports = {} } = periodOf(attempt);
    const known = before.attempts[Number(number)];
    const heard = (known && periodOf(known).reports) ?? {};
    const id = known && idOf(known);
    const other = Object.keys(reports).find((boot) => !(boot in heard) && !boot.startsWith(`boot-${id}-`));
    if (id !== undefined && other !== undefined)
      oracle.violate(`attempt ${number} of ${run} believes ${other}, and its VM is ${id}`);
  }
}

/**
 * Who looks finds an attempt's VM, whatever labels it has, while it works, and while its shutdown script is about to say why it
 * stops. One that came later is another one.
 */
function checkDown({ vms, foreignVms, oracle }: World, run: string, { attempts }: RunState): void {
  for (const [number, attempt] of Object.entries(attempts)) {
    const { zone, name } = attempt.vm;
    const vm = periodOf(attempt).down && vms.get(`${zone}/${name}`);
    if (!vm || vm.isAgain || vm.isRestarted || oracle.frozenInserts.has(vm.key) || foreignVms.has(vm.key)) continue;
    const saysWhy = vm.shown.status === 'STOPPING' && vm.onShutdown !== undefined;
    if (vm.shown.status !== 'RUNNING' && !saysWhy) continue;
    oracle.violate(`attempt ${number} of ${run} counts as down and its VM works`);
  }
}

/** After a cancel was noted, no new VM is decided on. */
function checkCancel({ oracle }: World, run: string, state: RunState): void {
  const seenMs = oracle.cancelSeenMs.get(run);
  if (seenMs === undefined) return;
  for (const [number, attempt] of Object.entries(state.attempts)) {
    if (Date.parse(periodOf(attempt).start.at) > seenMs)
      oracle.violate(`attempt ${number} of ${run} was decided after its cancel`);
  }
}

/** Every ten minutes: of a document that has changed since. One that is too large stays so. */
export function checkSizes(world: World): void {
  const { google, oracle } = world;
  for (const [run, { state }] of google.documents) {
    if (oracle.measured.get(run) === state) continue;
    oracle.measured.set(run, state);
    checkSize(world, run, state);
  }
}

export function checkSize({ oracle }: World, run: string, state: RunState): void {
  if (JSON.stringify(state).length > MAX_DOCUMENT_BYTES) oracle.violate(`the document of ${run} is too large`);
}
