// What Compute Engine lists. Mostly at once; in some histories in pages that are read one after the other, while VMs and disks
// come and go, and of which one may fail, or lack a zone that goes out between the two.
import { LABELS } from '@mymlops/protocol';
import type { VmOperation } from '../../../functions/src/engine/vm/stop-cause';
import type { CloudDisk, CloudVm, ComputeView, ListGap } from '../../../functions/src/ports/compute-view';
import type { Gate } from '../../fakes/google';
import { keyOf } from './vm-lifecycle';
import { Trouble, type World } from './world';

type List = Awaited<ReturnType<ComputeView['list']>>;
type Found = Pick<CloudVm, 'name' | 'zone' | 'labels'>;

/** Of a second page: so often it fails, and so often a zone has gone out. */
const FAILS = 0.15;
const LACKS_ZONE = 0.2;
/** Seconds between two pages. */
const LONGEST_PAUSE = 20;

export async function listAll(world: World, gate: Gate): Promise<List> {
  if (world.spell('pages') === undefined) {
    return gate('compute.list', () => ({ vms: vmsOf(world), disks: disksOf(world), gaps: gapsOf(world) }));
  }
  const vms = await listInPages(world, gate, 'VMs', vmsOf);
  const disks = await listInPages(world, gate, 'disks', disksOf);
  return { vms: vms.found, disks: disks.found, gaps: [...vms.gaps, ...disks.gaps] };
}

/** The first page ends with some name; what comes before that while the second one is read is on neither. */
async function listInPages<T extends Found>(
  world: World,
  gate: Gate,
  what: string,
  list: (world: World) => T[],
): Promise<{ found: T[]; gaps: ListGap[] }> {
  const { random, timeline, plan } = world;
  const label = (of: string): string => `${of} of ${what} at ${timeline.nowMs}`;
  const first = await gate('compute.list', () => {
    const all = list(world).toSorted((a, b) => (keyOfFound(a) < keyOfFound(b) ? -1 : 1));
    return { page: all.slice(0, random.between(label('page'), 0, all.length)), gaps: gapsOf(world) };
  });
  await timeline.sleep(random.between(label('pause'), 0, LONGEST_PAUSE) * 1000);
  return gate('compute.list', () => {
    if (random.chance(label('failure'), FAILS)) {
      world.hinderedMs = Math.max(world.hinderedMs, timeline.nowMs);
      throw new Trouble(`503 the second page of ${what}`);
    }
    const isOut = random.chance(label('out'), LACKS_ZONE);
    const out = isOut ? plan.zones[random.between(label('zone'), 0, plan.zones.length - 1)] : undefined;
    if (out !== undefined) world.hinderedMs = Math.max(world.hinderedMs, timeline.nowMs);
    const last = first.page.at(-1);
    const isNext = (each: T): boolean => each.zone !== out && (!last || keyOfFound(each) > keyOfFound(last));
    const gone = out === undefined ? [] : [{ zone: out, cause: `503 ${out}, from the second page of ${what} on` }];
    return { found: [...first.page, ...list(world).filter(isNext)], gaps: [...first.gaps, ...gapsOf(world), ...gone] };
  });
}

const keyOfFound = ({ zone, name }: Found): string => keyOf(zone, name);

const gapsOf = ({ plan, spell }: World): ListGap[] =>
  plan.zones.filter((zone) => spell('zone-out', zone)).map((zone) => ({ zone, cause: `503 ${zone}` }));

function vmsOf(world: World): CloudVm[] {
  const shown = [...world.vms.values()].filter(({ shownMs }) => world.timeline.nowMs >= shownMs);
  return shown.map((vm) => vm.shown).filter((vm) => isListed(world, vm));
}

function disksOf(world: World): CloudDisk[] {
  const all = [...world.disks].map(([key, disk]) => ({ ...disk, inUse: world.vms.has(key) }));
  return all.filter((disk) => isListed(world, disk));
}

function isListed({ spell, random, timeline }: World, { name, zone, labels }: Found): boolean {
  if (labels[LABELS.deployment] !== 'mymlops' || spell('zone-out', zone)) return false;
  return spell('list-misses') === undefined || !random.chance(`missed ${name} ${timeline.nowMs}`, 0.5);
}

/** Operations on what has that name. In pages, one that was begun just now may be on none of them. */
export function operationsOn({ history, spell, random, timeline }: World, zone: string, name: string): VmOperation[] {
  const all = history.get(keyOf(zone, name)) ?? [];
  if (spell('pages') === undefined) return all;
  if (random.chance(`operations of ${name} at ${timeline.nowMs}`, FAILS)) throw new Trouble('503 the second page');
  const isNew = ({ at }: VmOperation): boolean => timeline.nowMs - Date.parse(at) < 60_000;
  return all.filter((each) => !isNew(each) || random.chance(`${each.type} of ${name} at ${timeline.nowMs}`, 0.7));
}
