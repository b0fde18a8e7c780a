// A VM or disk that the sweep saw and nothing needs: looked at again here, then deleted until it is gone.
import { LABELS, orphanCandidateId, type ReapRequest } from '@mymlops/protocol';
import { deleteOrphan } from '../effects/orphans';
import { mayBeDeleted } from '../engine/orphans';
import type { ControlContext } from './kind';
import { readOwnership } from './ownership';

/** May be called any number of times. */
export async function reap({ resource, zone, name, id }: ReapRequest, context: ControlContext): Promise<void> {
  const { compute, settings, orphanCandidates } = context;
  const candidate = orphanCandidateId({ resource, id });
  const seen = resource === 'vm' ? await compute.get(zone, name) : await compute.getDisk(zone, name);
  if (seen?.id === id && seen.labels[LABELS.deployment] === settings.deployment) {
    const { ownership } = await readOwnership({ resource, name, zone, labels: seen.labels }, context);
    // An orphan is deleted only with a mark that is past the grace period: the word of a message is not enough.
    const mark = ownership === 'orphan' ? await orphanCandidates.load(candidate) : undefined;
    if (!mayBeDeleted(ownership, mark, { graceSeconds: settings.graceSeconds, nowMs: context.now() })) return;
    context.log('WARNING', 'deleting what nothing needs', { resource, name, zone, id });
    if (!(await deleteOrphan({ resource, zone, name, deployment: settings.deployment }, compute))) return;
  }
  await orphanCandidates.drop(candidate);
}
