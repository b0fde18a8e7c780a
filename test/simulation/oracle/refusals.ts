// Compute Engine says no for a reason that lasts, and somebody reads it. Then the run ends at once, but for a quota that other
// VMs of the deployment may use up: that is waited for.
import { DEPLOYMENT_POOL, LABELS, type RunState } from '@mymlops/protocol';
import type { Refusal } from './oracle';
import type { Operation } from '../model/operations';
import { periodOf } from './recorded';
import type { World } from '../model/world';

const REASONS: Partial<Record<string, Refusal['reason']>> = { QUOTA_EXCEEDED: 'quota', forbidden: 'permission' };

/** An insert that was given up is not looked at any more. */
export function noteRefusal(world: World, { failure, labels = {} }: Partial<Operation> = {}): void {
  const { google, oracle, timeline } = world;
  const reason = failure && REASONS[failure.code];
  const run = labels[LABELS.run];
  if (!reason || run === undefined) return;
  const attempt = google.documents.get(run)?.state.attempts[Number(labels[LABELS.attempt])];
  if (attempt && periodOf(attempt).start.settledAt) return;
  oracle.refusals.set(run, { atMs: timeline.nowMs, reason, hadOthers: false, hadNone: false });
  noteOthers(world);
}

/** Called when the slots of the deployment have changed. Of no account to a run that has ended. */
export function noteOthers({ google, oracle }: World): void {
  const { holders = [] } = google.pools.get(DEPLOYMENT_POOL)?.pool ?? {};
  for (const [run, refusal] of oracle.refusals) {
    if (google.documents.get(run)?.state.end) continue;
    const hasOthers = holders.some(({ id, zone }) => zone !== undefined && id !== run);
    refusal.hadOthers ||= hasOthers;
    refusal.hadNone ||= !hasOthers;
  }
}

/** Whoever acts on a refusal does so within this. */
const ACTS_MS = 60_000;

/** After Compute Engine has said no for good, nothing more is requested. The record that no zone will do names none. */
export function checkRefusal({ oracle, plan }: World, run: string, state: RunState): void {
  const refusal = oracle.refusals.get(run);
  if (!refusal || mayWait(refusal)) return;
  for (const [number, attempt] of Object.entries(state.attempts)) {
    const decidedMs = Date.parse(periodOf(attempt).start.at);
    const isRequested = plan.zones.includes(attempt.vm.zone);
    if (isRequested && decidedMs > refusal.atMs + ACTS_MS)
      oracle.violate(`attempt ${number} of ${run} follows a refusal`);
  }
}

const mayWait = ({ reason, hadOthers }: Refusal): boolean => reason === 'quota' && hadOthers;

/** The end that a run has earned by a refusal alone. */
export function endsOfRefusal({ oracle }: World, run: string): string[] {
  const refusal = oracle.refusals.get(run);
  if (!refusal) return [];
  return refusal.reason === 'permission' || refusal.hadNone ? [`failed ${refusal.reason}`] : [];
}
