// Histories of an interactive instance: its user starts, extends, stops and deletes it, works on it or does not, and others act in
// the console; calls, zones and functions go wrong as in every history.
import {
  FAULTS_END_MS,
  HOWS,
  INSTANCE_ACTS_BY_HAND,
  type CallFault,
  type Fault,
  type InstanceAct,
  type Plan,
  type Spell,
} from './plan';
import { createRandom, type Random } from './random';

const MINUTE = 60_000;

const CALLS = [
  ...['compute.insert', 'compute.insert', 'compute.start', 'compute.start', 'compute.stop', 'compute.stop'],
  ...['compute.setScheduling', 'compute.setMetadata', 'compute.setMetadata', 'compute.awaitOperation', 'compute.get'],
  ...['compute.getDisk', 'compute.list', 'compute.delete', 'compute.deleteDisk', 'compute.operationsOn'],
  ...['instances.load', 'instances.create', 'instances.update', 'instances.update', 'instances.live'],
  ...['slots.load', 'resultsBucket.create', 'bus.ask', 'orphanCandidates.mark'],
] as unknown as readonly [string];

const SPELLS = [
  ...['zone-stocked-out', 'zone-stocked-out', 'zone-out', 'gets-fail', 'list-misses', 'delete-lies'],
  ...['reports-lost', 'reports-lost', 'bucket-out', 'down', 'down'],
] as unknown as readonly [Spell['kind']];

export function instancePlan(seed: number): Plan {
  const random = createRandom(seed);
  const zones = ['zone-a', 'zone-b', 'zone-c'].slice(0, random.between('zones', 1, 3));
  const acts = actsOf(random);
  const faults = Array.from({ length: random.pick('faults', [0, 1, 2, 4, 7]) }, (_, index) =>
    fault(random, index, zones),
  );
  return {
    ...{ seed, zones, maxParallel: 1, poison: 0, runs: [] },
    duplicates: random.pick('duplicates', [0, 0.05, 0.3]),
    faults: [...acts, ...workOf(random), ...faults],
  };
}

/** What its user does, in turn; and others in between. */
function actsOf(random: Random): InstanceAct[] {
  const acts: InstanceAct[] = [];
  let atMs = random.between('begins', 0, 10) * MINUTE;
  const act = (does: InstanceAct['does'], minutes?: number): void => {
    acts.push({ kind: 'instance', does, atMs, ...(minutes !== undefined && { minutes }) });
    const seconds = random.pick(`long ${acts.length}`, [5, 90, 900, 2400]);
    atMs += random.between(`pause ${acts.length}`, 0, seconds) * 1000;
  };
  const periods = random.between('periods', 1, 4);
  for (let number = 1; number <= periods; number++) {
    act('start');
    if (random.chance(`extended ${number}`, 0.3)) act('extend', random.between(`until ${number}`, 1, 100));
    if (random.chance(`by hand ${number}`, 0.3)) act(random.pick(`what by hand ${number}`, INSTANCE_ACTS_BY_HAND));
    if (random.chance(`stopped ${number}`, 0.5)) act('stop');
  }
  if (random.chance('deleted', 0.4)) {
    act('delete');
    if (random.chance('again', 0.4)) act('start');
  }
  return acts;
}

/** When its user works. */
const workOf = (random: Random): Spell[] =>
  Array.from({ length: random.between('works', 0, 3) }, (_, index) => {
    const fromMs = random.between(`works from ${index}`, 0, 100) * MINUTE;
    return { kind: 'works', what: '', fromMs, toMs: fromMs + random.between(`works for ${index}`, 1, 90) * MINUTE };
  });

function fault(random: Random, index: number, zones: string[]): Fault {
  const label = (what: string): string => `fault ${index} ${what}`;
  if (random.chance(label('call'), 0.6)) return callFault(random, label);
  const kind = random.pick(label('spell'), SPELLS);
  const fromMs = random.between(label('from'), 0, 90) * MINUTE;
  const longestMinutes = kind === 'bucket-out' ? 4 : 60;
  const toMs = Math.min(fromMs + random.between(label('long'), 1, longestMinutes) * MINUTE, FAULTS_END_MS);
  const isOfZone = kind.startsWith('zone') || kind === 'gets-fail';
  const isEverywhere = kind === 'zone-stocked-out' && random.chance(label('everywhere'), 0.5);
  const zone = isEverywhere ? '*' : (zones[random.between(label('zone'), 0, zones.length - 1)] ?? '');
  const what = kind === 'down' ? random.pick(label('function'), ['request', 'event', 'sweep']) : isOfZone ? zone : '';
  return { kind, fromMs, toMs, what };
}

function callFault(random: Random, label: (what: string) => string): CallFault {
  const ms = random.between(label('ms'), 1, 500) * 1000;
  const name = random.pick(label('name'), CALLS);
  return { kind: 'call', name, nth: random.between(label('nth'), 1, 10), how: random.pick(label('how'), HOWS), ms };
}
