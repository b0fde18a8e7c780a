// A sweep that changes nothing, read as findings: what `sweep --dry-run` and `doctor` show.
import { LOCAL_PROJECT, type SweepPlan } from '@mymlops/protocol';
import { findingsIn, proofOf, type Examined } from '../engine/findings';
import { unproven } from '../engine/vm/deletion-steps';
import { lacksTimeLimit } from '../engine/vm/record';
import type { SweepContext } from './context';
import { nameOf } from './inventory';
import { readOnlyPorts } from './read-only';
import { withShortLists } from './report';
import { runSweep } from './sweep';

/** A document with something to do has been looked at a dozen times by then. */
const STUCK_MS = 15 * 60_000;
const DEAD_LETTERS_MS = 24 * 3600_000;

/** Reads, and lists the cloud; writes and requests nothing. */
export async function makePlan(context: SweepContext): Promise<SweepPlan> {
  const readOnly = readOnlyPorts(context);
  const last = await context.sweeps.last();
  const isLocal = context.settings.project === LOCAL_PROJECT;
  // Work that fell due while this computer slept, or its cloud was down, is not late.
  const awakeMs = isLocal ? context.awakeMs() : Number.POSITIVE_INFINITY;
  const stuck: Examined['stuck'] = [];
  const takenOver: string[] = [];
  const report = await runSweep(readOnly, {
    isThorough: true,
    onTakenOver: (disk) => void takenOver.push(nameOf(disk)),
    onDue: (kind, { id, state, updatedAt }) => {
      const nowMs = context.now();
      if (updatedAt === undefined || Math.min(nowMs - Date.parse(updatedAt), awakeMs) <= STUCK_MS) return;
      const left = kind.hasEnded(state) ? unproven(kind.resources(state, nowMs)) : [];
      const vms = left.map((vm) => ({ name: vm.name, zone: vm.zone, isUnlimited: lacksTimeLimit(vm) }));
      const document = { kind: kind.name, id };
      stuck.push({ document, endCommand: kind.endCommand(id), since: updatedAt, left: vms });
    },
  });
  const since = new Date(context.now() - DEAD_LETTERS_MS).toISOString();
  const examined: Examined = {
    report,
    last,
    stuck,
    takenOver,
    deadLetters: await context.deadLetters.drainedSince(since),
    nowMs: context.now(),
    awakeMs,
    isLocal,
    hasAlerts: context.settings.hasAlerts,
  };
  return { ...withShortLists(report), findings: findingsIn(examined), proof: proofOf(examined) };
}
