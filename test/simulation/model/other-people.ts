// What others than the deployment do: foreign VMs and orphans, messages that nobody should believe, and `rm`.
import { DEPLOYMENT_POOL, LABELS, RUN_KIND } from '@mymlops/protocol';
import { aReport } from '../../fakes/builders';
import { placeNamesake } from './namesakes';
import { placeDisk, placeVm } from './vm-lifecycle';
import { FOREIGN_LABELS, type Fault, type Said, type Orphan } from '../faults/plan';
import type { World } from './world';

export function scheduleOthers(world: World, fault: Fault): void {
  const { timeline, startMs } = world;
  if (fault.kind === 'foreign') {
    placeVm(world, fault.zone, fault.name, FOREIGN_LABELS[fault.whose]);
    world.foreignVms.add(`${fault.zone}/${fault.name}`);
  }
  if (fault.kind === 'orphan') timeline.at(startMs + fault.atMs, () => placeOrphan(world, fault));
  if (fault.kind === 'namesake') timeline.at(startMs + fault.atMs, () => placeNamesake(world, fault));
  if (fault.kind === 'held-slot') holdSlot(world);
  if (fault.kind === 'said') timeline.at(startMs + fault.atMs, () => say(world, fault));
}

/** A run that nobody knows any more. */
const GONE = '20200101-000000-gone';

function holdSlot({ google, plan }: World): void {
  const pool = { v: 1 as const, max: plan.maxParallel, holders: [{ kind: RUN_KIND, id: GONE }], queue: [] };
  google.pools.set(DEPLOYMENT_POOL, { pool, version: 1 });
}

function placeOrphan(world: World, { what, zone }: Orphan): void {
  const name = `orphan-${++world.serial}`;
  const labels = { [LABELS.deployment]: 'mymlops', [LABELS.run]: GONE, [LABELS.attempt]: '1' };
  if (what === 'vm') placeVm(world, zone, name, labels).orphanMs = world.timeline.nowMs;
  else {
    placeDisk(world, zone, name, labels);
    world.orphanDisksMs.set(`${zone}/${name}`, world.timeline.nowMs);
  }
}

function say(world: World, { says, run }: Said): void {
  const { google, publish, timeline, oracle } = world;
  const at = new Date(timeline.nowMs).toISOString();
  // A commit of a run that is not there yet makes one: only a run that is there, or was, is left as it is.
  const state = google.removed.has(run) ? oracle.lastSeen.get(run) : google.documents.get(run)?.state;
  const known = state?.request;
  switch (says) {
    case 'garbage':
      publish('requests', { v: 1, type: 'cancle', run, by: 'ada', at });
      return publish('events', { v: 2, run }, {});
    case 'malformed commit':
      return known && publish('requests', { v: 1, type: 'commit', run, notebook: 7 });
    case 'another commit':
      return known && publish('requests', { ...known, notebook: 'notebooks/other.ipynb' });
    case 'malformed report':
      return publish('events', { ...aReport({ run }), seq: 'last', state: { outcome: true } });
    case 'reap': {
      const vm = [...world.vms.values()].find(({ body }) => body.labels[LABELS.run] === run)?.shown;
      const disk = vm ?? { zone: world.plan.zones[0], name: 'orphan-1', id: undefined };
      const { zone, name, id } = vm ?? disk;
      return publish('requests', { v: 1, type: 'reap', resource: 'vm', zone, name, ...(id !== undefined && { id }) });
    }
    case 'free-slot':
      return publish('requests', { v: 1, type: 'free-slot', kind: 'run', id: run });
    case 'plan':
      return publish('sweeps', { v: 1, type: 'plan', id: 'asked' });
    case 'remove':
      oracle.removals.add(run);
      return publish('requests', { v: 1, type: 'remove', run, by: 'ada', at });
    default:
  }
}
