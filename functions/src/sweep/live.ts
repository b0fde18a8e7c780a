// Live documents of a kind, one by one: what the list tells of their VMs is written, and what is due is requested.
import { currentPeriod, currentPeriodNumber, type SeenDown, type SlotPool } from '@mymlops/protocol';
import { change } from '../control/change';
import { isEffect } from '../engine/action';
import { isSameLife, type Kind, type KindState } from '../engine/kind';
import { historyOf } from '../engine/orphan-acts';
import { ownershipOf } from '../engine/orphans';
import { isStillWaiting } from '../engine/slots';
import { isSameVm } from '../engine/vm/identity';
import { isDown, seenAs, shouldBeOn } from '../engine/vm/match';
import { observeDown } from '../engine/vm/observe';
import { inPeriod, type VmUpdate } from '../engine/vm/record';
import type { WantedVm } from '../engine/vm/resources';
import { observeStartByHand } from '../engine/vm/start-by-hand';
import { causeIn, mayBeOverdue } from '../engine/vm/stop-cause';
import type { Stored } from '../ports/documents';
import type { Sweep } from './context';
import type { ListedResource } from './inventory';
import { isolated, noteFailure } from './report';
import { requestReap } from './request-reap';

/** Ids of all live documents, and of those on which one of them depends. */
export interface LiveDocuments {
  live: Set<string>;
  needed: Set<string>;
}

export async function sweepLive(
  kind: Kind,
  pools: ReadonlyMap<string, SlotPool>,
  sweep: Sweep,
): Promise<LiveDocuments> {
  const live = new Set<string>();
  const needed = new Set<string>();
  for await (const stored of sweep.context.documents(kind.documents).live()) {
    live.add(stored.id);
    const source = kind.dependsOn(stored.state);
    if (source !== undefined) needed.add(source);
    const mine = sweep.inventory?.take(kind, stored.id);
    await isolated(stored.id, sweep.report, () => sweepDocument(kind, stored, mine, pools, sweep));
  }
  return { live, needed };
}

/** `mine`: what the list shows of its VMs and disks; undefined where the cloud was not listed. */
export async function sweepDocument(
  kind: Kind,
  stored: Stored<KindState>,
  mine: readonly ListedResource[] | undefined,
  pools: ReadonlyMap<string, SlotPool>,
  sweep: Sweep,
): Promise<void> {
  const { context, report } = sweep;
  const { id } = stored;
  const state = mine ? await observeVms(kind, stored, mine, sweep) : stored.state;
  const nowMs = context.now();
  for (const found of mine ?? []) {
    const ownership = ownershipOf(found, kind.ownerOf(found), historyOf(kind, state, found, nowMs));
    if (ownership === 'unneeded') await requestReap(found, sweep);
  }
  const action = kind.decide(state, { nowMs, actor: context.newActor() });
  if (!action) return;
  const needsSlot = isEffect(action) && kind.needsSlot(action);
  if (needsSlot && isStillWaiting({ kind: kind.name, id }, state, kind.poolsOf(state, context.settings), pools)) return;
  report.advanced.push({ kind: kind.name, id });
  sweep.onDue?.(kind, stored);
  await context.bus.ask({ v: 1, type: 'advance', kind: kind.name, id, repeats: true });
}

/**
 * An error about one VM stops neither the others nor the decision on the document. The VM may count as lost without an answer
 * from the cloud, because it no longer reports.
 */
async function observeVms(
  kind: Kind,
  stored: Stored<KindState>,
  listed: readonly ListedResource[],
  sweep: Sweep,
): Promise<KindState> {
  let { state } = stored;
  const listedVms = listed.filter(({ resource }) => resource === 'vm');
  for (const wanted of kind.resources(state, sweep.context.now()).vms) {
    const { number } = wanted;
    await isolated(`${stored.id}, VM ${number}`, sweep.report, async () => {
      const update = await observeVm(kind, stored.id, wanted, listedVms, sweep);
      if (!update) return;
      state = (await changeVm(kind, stored, number, update, sweep)) ?? state;
    });
  }
  return state;
}

function changeVm(kind: Kind, { id, state }: Stored<KindState>, number: number, update: VmUpdate, { context }: Sweep) {
  const next = (known: KindState | undefined): KindState | undefined =>
    known && isSameLife(kind, state, known) ? kind.withVm(known, number, update) : known;
  return change(kind, id, { next }, context);
}

/** News of a VM that the cloud shows; undefined if it shows what is known. */
async function observeVm(
  kind: Kind,
  id: string,
  { number, vm, wanted }: WantedVm,
  listed: readonly ListedResource[],
  sweep: Sweep,
): Promise<VmUpdate | undefined> {
  const { labels } = kind.targetOf(id, number, vm);
  const seen = seenAs(vm, labels, listed);
  if (seen !== 'on') {
    if (!shouldBeOn(vm) || (seen === 'unseen' && !sweep.inventory?.isWhole(vm.zone))) return undefined;
    return findOut({ number, vm, wanted }, labels, seen, sweep);
  }
  // Only a VM whose disk is kept is ever started again.
  if (vm.terminationAction !== 'STOP' || vm.goneAt) return undefined;
  const shown = listed.find(({ name, zone }) => name === vm.name && zone === vm.zone);
  const { lastStartAt } = shown ?? {};
  if (lastStartAt === undefined || observeStartByHand(vm, lastStartAt) === vm) return undefined;
  return (known) => observeStartByHand(known, lastStartAt, shown?.id);
}

/** How the VM went down, and why; undefined where it is on after all. */
async function findOut(
  { vm }: WantedVm,
  labels: Record<string, string>,
  seen: 'stopped' | 'unseen',
  { context, report }: Sweep,
): Promise<VmUpdate | undefined> {
  const { compute, now } = context;
  // Before the look: somebody may start it right after that.
  const nowMs = now();
  let how: SeenDown['how'] = 'stopped';
  // Missing from a list proves nothing: a page, a zone or the VM's labels may be missing. A GET that answers 404 does, or
  // with another VM. And a list may be older than a start since, by us or by hand.
  if (seen === 'unseen' || vm.terminationAction === 'STOP') {
    const found = await compute.get(vm.zone, vm.name);
    if (!found || !isSameVm(found, vm, labels)) how = 'gone';
    else if (!isDown(found)) return undefined;
  }
  const { start } = currentPeriod(vm);
  const period = currentPeriodNumber(vm);
  const since = period > 1 ? { since: start.at } : {};
  let cause: SeenDown['cause'];
  try {
    const operations = await compute.operationsOn(vm.zone, vm.name);
    cause = causeIn(operations, { how, nowMs, limitSeconds: start.maxRunDurationSeconds, ...since });
  } catch (error) {
    // The cause only changes the message, except for the time limit: then no other attempt may follow, so we must know it.
    if (mayBeOverdue(start, nowMs)) throw error;
    noteFailure(`cause of the end of ${vm.name}`, error, report);
  }
  const down = { at: new Date(nowMs).toISOString(), how, ...(cause && { cause }) };
  return inPeriod(period, (known) => observeDown(known, down));
}
