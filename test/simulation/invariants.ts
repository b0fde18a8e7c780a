// What must hold at every step.
import { isDown } from '../fakes/vm-status';
import { LABELS, type RunState } from '@mymlops/protocol';
import type { World } from './world';

const MAX_DOCUMENT_BYTES = 200_000;

export function checkStep(world: World): void {
  const { google, oracle, timeline, vms, disks } = world;
  checkLines(world);
  for (const [run, { state }] of google.documents) {
    const before = oracle.lastSeen.get(run);
    if (before !== state) {
      oracle.lastSeen.set(run, state);
      if (before) checkSpeakers(world, run, before, state);
      if (state.cancel && !oracle.cancelSeenMs.has(run)) oracle.cancelSeenMs.set(run, timeline.nowMs);
      if (state.removing && !oracle.removingMs.has(run)) oracle.removingMs.set(run, timeline.nowMs);
      if (state.request && !oracle.knownMs.has(run)) oracle.knownMs.set(run, timeline.nowMs);
      noteSpoken(world, run, state);
      checkStopped(world, run, state);
      checkSize(world, run, state);
      checkCancel(world, run, state);
      checkRefusal(world, run, state);
    }
    if (!state.cleanedAt) continue;
    for (const vm of vms.values()) {
      if (vm.body.labels[LABELS.run] !== run || isDown(vm.shown) || vm.isCopy) continue;
      if (vm.takenOverMs !== undefined) continue;
      // An insert that was held up on its way for minutes comes late; the sweep finds it, and its fence is closed.
      if (!isLateInsert(world, vm.key)) oracle.violate(`${run} is cleaned and has a VM`);
    }
  }
  for (const { name, zone, labels } of disks.values()) {
    const attempt = google.documents.get(labels[LABELS.run] ?? '')?.state.attempts[Number(labels[LABELS.attempt])];
    const isProven = attempt?.goneAt !== undefined && attempt.decided.zone === zone && attempt.decided.vm === name;
    const isUsers = vms.get(`${zone}/${name}`)?.takenOverMs !== undefined;
    if (isProven && !isUsers && !isLateInsert(world, `${zone}/${name}`))
      oracle.violate(`${name} is proven gone and has a disk`);
  }
  const pushed = new Map<string, number>();
  for (const { run, attempt } of oracle.pushes) {
    if ((pushed.get(run) ?? attempt) !== attempt) oracle.violate(`two attempts of ${run} have pushed`);
    pushed.set(run, attempt);
  }
  for (const [run, { attempt, text }] of oracle.outcomes) {
    if (google.removed.has(run) || google.documents.get(run)?.state.removing) continue;
    const stored = google.objects.get(`runs/${run}/attempts/${attempt}/outcome.json`);
    if (stored !== text) oracle.violate(`the outcome of ${run} was overwritten`);
  }
}

/** First come first served: who takes a place leaves enough of them to those that have waited longer. */
function checkLines({ google, oracle }: World): void {
  for (const [scope, { limit, version }] of google.limits) {
    const line = oracle.lines.get(scope) ?? { waiting: [], version: 0 };
    if (line.version === version) continue;
    oracle.lines.set(scope, line);
    line.version = version;
    for (const run of limit.queue) if (!line.waiting.includes(run)) line.waiting.push(run);
    for (const run of limit.holders) {
      const ahead = line.waiting
        .slice(0, Math.max(0, line.waiting.indexOf(run)))
        .filter((each) => isIn(limit.queue, each));
      if (limit.holders.length + ahead.length > limit.max)
        oracle.violate(`${run} took the place of ${ahead.join(', ')}`);
    }
    line.waiting = line.waiting.filter((run) => isIn(limit.queue, run));
  }
}

const isIn = (runs: readonly string[], run: string): boolean => runs.includes(run);

const isLateInsert = ({ oracle }: World, key: string): boolean => oracle.frozenInserts.has(key);

function noteSpoken({ oracle, timeline }: World, run: string, { attempts }: RunState): void {
  for (const [number, { reports }] of Object.entries(attempts)) {
    const key = `${run}/${number}`;
    if (reports && !oracle.spokenMs.has(key)) oracle.spokenMs.set(key, timeline.nowMs);
  }
}

/** Once it is known which VM an attempt has, another one of its name has no say. The name of a boot tells whose it is. */
function checkSpeakers({ oracle }: World, run: string, before: RunState, { attempts }: RunState): void {
  for (const [number, { reports = {} }] of Object.entries(attempts)) {
    const { insert, instanceId, reports: heard = {} } = before.attempts[Number(number)] ?? {};
    const id = insert?.instanceId ?? instanceId;
    const stranger = Object.keys(reports).find((boot) => !(boot in heard) && !boot.startsWith(`boot-${id}-`));
    if (id !== undefined && stranger !== undefined)
      oracle.violate(`attempt ${number} of ${run} believes ${stranger}, and its VM is ${id}`);
  }
}

/** Who looks finds an attempt's VM while it works, whatever labels it has. One that came later is another one. */
function checkStopped({ vms, strangers, oracle }: World, run: string, { attempts }: RunState): void {
  for (const [number, { stopped, decided }] of Object.entries(attempts)) {
    const vm = stopped && vms.get(`${decided.zone}/${decided.vm}`);
    if (!vm || vm.isAgain || vm.isRestarted || oracle.frozenInserts.has(vm.key) || strangers.has(vm.key)) continue;
    if (vm.shown.status !== 'RUNNING') continue;
    oracle.violate(`attempt ${number} of ${run} counts as stopped and its VM works`);
  }
}

/** After a cancel was noted, no new VM is wanted. */
function checkCancel({ oracle }: World, run: string, state: RunState): void {
  const seenMs = oracle.cancelSeenMs.get(run);
  if (seenMs === undefined) return;
  for (const [number, { decided }] of Object.entries(state.attempts)) {
    if (Date.parse(decided.at) > seenMs) oracle.violate(`attempt ${number} of ${run} was decided after its cancel`);
  }
}

/** After Compute Engine has said no for good, nothing more is asked for. */
function checkRefusal({ oracle }: World, run: string, state: RunState): void {
  const refusedMs = oracle.refusedMs.get(run);
  if (refusedMs === undefined) return;
  for (const [number, { decided }] of Object.entries(state.attempts)) {
    if (Date.parse(decided.at) > refusedMs + 60_000) oracle.violate(`attempt ${number} of ${run} follows a refusal`);
  }
}

export function checkSize({ oracle }: World, run: string, state: RunState): void {
  if (JSON.stringify(state).length > MAX_DOCUMENT_BYTES) oracle.violate(`the document of ${run} is too large`);
}
