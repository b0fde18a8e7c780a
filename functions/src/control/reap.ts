// A VM or disk that the sweep saw and nothing needs: looked at again here, then deleted until it is gone.
import { LABELS, orphanCandidateId, type ReapRequest } from '@mymlops/protocol';
import { deleteOrphan } from '../effects/orphans';
import { orphanAct } from '../engine/orphan-acts';
import { mayBeDeleted } from '../engine/orphans';
import { requestIdOf } from '../engine/vm/request-id';
import type { ControlContext } from './kind';
import { readOwnership } from './ownership';

/** May be called any number of times. */
export async function reap({ resource, zone, name, id }: ReapRequest, context: ControlContext): Promise<void> {
  const { compute, settings, orphanCandidates } = context;
  const candidate = orphanCandidateId({ resource, id });
  const seen = resource === 'vm' ? await compute.get(zone, name) : await compute.getDisk(zone, name);
  if (seen?.id === id && seen.labels[LABELS.deployment] === settings.deployment) {
    const { ownership, kind } = await readOwnership({ resource, name, zone, labels: seen.labels }, context);
    // An orphan is deleted only with a mark that is past the grace period: the word of a message is not enough.
    const mark = ownership === 'orphan' ? await orphanCandidates.load(candidate) : undefined;
    if (!mayBeDeleted(ownership, mark, { graceSeconds: settings.graceSeconds, nowMs: context.now() })) return;
    const act = ownership === 'orphan' ? orphanAct({ resource }, kind) : 'delete';
    if (act === 'keep') return;
    if (act === 'stop') return stopOrphan({ zone, name, id }, context);
    context.log('WARNING', 'deleting what nothing needs', { resource, name, zone, id });
    if (!(await deleteOrphan({ resource, zone, name, deployment: settings.deployment }, compute))) return;
  }
  await orphanCandidates.drop(candidate);
}

/** Its mark stays, so that it is shown. Once a minute at most: the sweep asks for one that is on. */
async function stopOrphan(
  { zone, name, id }: Pick<ReapRequest, 'zone' | 'name' | 'id'>,
  { compute, log, now }: ControlContext,
): Promise<void> {
  log('WARNING', 'switching off a VM that belongs to no document: its disk stays', { zone, name, id });
  await compute.stop(zone, name, { requestId: requestIdOf(name, id, 'stop', Math.floor(now() / 60_000)) });
}
