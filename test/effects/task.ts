// What tests of single effects share: one run with one VM, in a Google in memory.
import type { Attempt, CommitRequest, ReportState, RunState, VmRecord } from '@mymlops/protocol';
import type { EffectContext } from '../../functions/src/effects/effect';
import type { VmTask } from '../../functions/src/effects/vm/vm-effect';
import { runKind } from '../../functions/src/engine/run/kind';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import type { Stored } from '../../functions/src/ports/documents';
import { aCommit, aVm, RUN } from '../fakes/builders';
import type { FakeGoogle } from '../fakes/google';

export type RunVm = VmRecord<ReportState>;

export const effectContext = ({ context }: FakeGoogle, isFresh = true): EffectContext => ({
  ...context,
  actor: 'an-invocation',
  isFresh: () => isFresh,
});

/** An accepted run with these attempts. */
export const aRun = (attempts: Record<number, Attempt> = {}, request: Partial<CommitRequest> = {}): RunState => ({
  ...observeCommit(EMPTY_RUN, aCommit(request), '2026-11-21T10:00:00.000Z'),
  attempts,
});

export const stored = (state: RunState): Stored<RunState> => ({ id: RUN, state, version: '1' });

/** The VM of the first attempt. */
export function aTask(google: FakeGoogle, vm: RunVm = aVm(), isDiskKept = false): VmTask {
  const body = () => runKind.insertBodyOf(aRun({ 1: { vm } }), 1, google.context.settings);
  return { id: RUN, vm, ...runKind.targetOf(RUN, 1, vm), isDiskKept, body };
}

/** Compute Engine has made the VM. */
export async function makeVm(google: FakeGoogle, vm: RunVm = aVm()): Promise<void> {
  await google.context.compute.insert(vm.zone, vm.requestId, aTask(google, vm).body());
}
