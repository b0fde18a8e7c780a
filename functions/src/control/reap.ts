// A VM or disk that the sweep saw and nothing wants: looked at again here, then deleted until it is gone.
import { LABELS, suspectId, type Request } from '@mymlops/protocol';
import type { CloudDisk, CloudVm, Context } from '../ports';
import { removeDisk, removeVm } from '../effects/vm/delete-vm';
import { isRipe, standingNow } from '../sweep/orphans';

type Reap = Extract<Request, { type: 'reap' }>;

/** May be called any number of times. */
export async function reap(request: Reap, context: Context): Promise<void> {
  const { kind, zone, name, id } = request;
  const { cloud, vm } = context;
  const seen = kind === 'vm' ? await cloud.get(zone, name) : await cloud.getDisk(zone, name);
  const isMeant = seen && (id === undefined || seen.id === id) && seen.labels[LABELS.deployment] === vm.deployment;
  if (isMeant) {
    if (!(await mayGo(seen, request, context))) return;
    context.log('WARNING', 'reaping what nothing wants', { kind, name, zone, id: seen.id });
    const target = { zone, name, deployment: vm.deployment };
    const isGone = await (kind === 'vm' ? removeVm(target, cloud) : removeDisk(target, cloud));
    if (!isGone) return;
  }
  if (id !== undefined) await context.sweeps.dropSuspect(suspectId({ kind, id }));
}

/** What nothing explains goes only with a mark that has become old: the word of a message is not enough. */
async function mayGo(seen: CloudVm | CloudDisk, { kind, name, zone }: Reap, context: Context): Promise<boolean> {
  const standing = await standingNow({ name, zone, labels: seen.labels }, context);
  if (standing !== 'suspect') return standing === 'unwanted';
  const mark = await context.sweeps.loadSuspect(suspectId({ kind, id: seen.id }));
  return mark !== undefined && isRipe(mark, context);
}
