// The common part of a random plan: runs, calls that go wrong, spells, and what befalls VMs.
import { FAULTS_END_MS, HOWS, LEFT, LIES, type Fault, type Plan, type PlannedRun, type Spell } from './plan';
import type { Random } from './random';

const MINUTE = 60_000;

/** Names of external calls that a fault may hit. */
const CALLS = [
  'runs.load',
  'runs.create',
  'runs.update',
  'slots.load',
  'runs.live',
  'compute.offers',
  'compute.get',
  'compute.getDisk',
  'compute.list',
  'compute.insert',
  'compute.awaitOperation',
  'compute.delete',
  'compute.deleteDisk',
  'compute.setMetadata',
  'resultsBucket.read',
  'resultsBucket.write',
  'resultsBucket.create',
  'bus.ask',
  // What acts, and what is conditioned, oftener.
  'compute.insert',
  'compute.insert',
  'runs.update',
  'runs.load',
] as const;

const SPELLS = [
  'zone-stocked-out',
  'zone-stocked-out',
  'zone-out',
  'list-misses',
  'delete-lies',
  'reports-lost',
  'reports-lost',
  'bucket-out',
  'down',
  'down',
] as const;
const VM_FAULTS = ['preempt', 'preempt', 'die', 'hang', 'reboot', 'deleted-by-hand'] as const;
const CODES = ['QUOTA_EXCEEDED', 'GPU_STOCKOUT', 'SOMETHING_NEW', 'forbidden'] as const;

/** A plan of common faults. */
export function commonPlan(seed: number, random: Random): Plan {
  const zones = ['zone-a', 'zone-b', 'zone-c'].slice(0, random.between('zones', 1, 3));
  const runs = Array.from({ length: random.between('runs', 1, 3) }, (_, index) => plannedRun(random, index));
  return {
    seed,
    zones,
    maxParallel: random.between('max parallel', 1, 3),
    duplicates: random.pick('duplicates', [0, 0.05, 0.3]),
    poison: random.pick('poison', [0, 0, 0.02]),
    runs,
    faults: Array.from({ length: random.between('faults', 0, 9) }, (_, index) => fault(random, index, runs, zones)),
  };
}

function plannedRun(random: Random, index: number): PlannedRun {
  const label = (what: string): string => `run ${index} ${what}`;
  const exit = random.chance(label('fails'), 0.25) ? 1 : 0;
  const commitAtMs = random.between(label('commit'), 0, 20) * MINUTE;
  const isCancelled = random.chance(label('cancelled'), 0.25);
  const hasError = random.chance(label('error'), exit === 1 ? 0.7 : 0.1);
  const leaves = exit === 0 && !hasError && random.chance(label('hides'), 0.15);
  return {
    id: `20261121-100000-000${index}`,
    commitAtMs,
    command: {
      durationMs: random.between(label('duration'), 1, 40) * MINUTE,
      exit,
      hasError,
      failsInSetup: random.chance(label('setup'), 0.1),
      ...(leaves && { leaves: random.pick(label('leaves'), LEFT) }),
    },
    hasOutput: random.chance(label('output'), 0.6),
    keepSeconds: random.chance(label('keep'), 0.15) ? 1800 : 0,
    maxRunSeconds: 45 * 60,
    queueLimitSeconds: random.pick(label('queue'), [20, 60, 120]) * 60,
    provisioning: random.pick(label('provisioning'), ['spot', 'standard', 'spot_then_standard']),
    // Also before its commit: messages overtake each other.
    ...(isCancelled && { cancelAtMs: cancelTime(random, label, commitAtMs) }),
  };
}

/** While its VM is made, or any time. */
function cancelTime(random: Random, label: (what: string) => string, commitAtMs: number): number {
  const isEarly = random.chance(label('cancelled early'), 0.4);
  const seconds = isEarly ? random.between(label('cancel'), -20, 90) : random.between(label('cancel'), -1, 50) * 60;
  return Math.max(0, commitAtMs + seconds * 1000);
}

function fault(random: Random, index: number, runs: PlannedRun[], zones: string[]): Fault {
  const label = (what: string): string => `fault ${index} ${what}`;
  const kind = random.number(label('kind'));
  const run = runs[random.between(label('run'), 0, runs.length - 1)]?.id ?? '';
  const attempt = random.between(label('attempt'), 0, 3);
  if (kind < 0.45) {
    const how = random.pick(label('how'), HOWS);
    const name = random.pick(label('call'), CALLS);
    const ms = random.between(label('ms'), 1, 500) * 1000;
    return { kind: 'call', name, nth: random.between(label('nth'), 1, 12), how, ms };
  }
  if (kind < 0.7) return spell(random, label, zones);
  if (kind < 0.95) {
    const latestSeconds = random.pick(label('when'), [120, 600, 3000]);
    const afterMs = random.between(label('after'), 0, latestSeconds) * 1000;
    const what = random.chance(label('copied'), 0.1) ? 'copy' : random.pick(label('what'), VM_FAULTS);
    return { kind: what, run, attempt, afterMs };
  }
  if (kind < 0.97) {
    const says = random.pick(label('says'), LIES);
    return {
      kind: 'forgery',
      run,
      attempt: Math.max(1, attempt),
      atMs: random.between(label('at'), 1, 60) * MINUTE,
      says,
    };
  }
  return { kind: 'insert', run, attempt: Math.max(1, attempt), code: random.pick(label('code'), CODES) };
}

function spell(random: Random, label: (what: string) => string, zones: string[]): Spell {
  const kind = random.pick(label('spell'), SPELLS);
  const fromMs = random.between(label('from'), 0, 90) * MINUTE;
  const longestMinutes = kind === 'bucket-out' ? 4 : 60;
  const toMs = Math.min(fromMs + random.between(label('long'), 1, longestMinutes) * MINUTE, FAULTS_END_MS);
  const everywhere = kind === 'zone-stocked-out' && random.chance(label('everywhere'), 0.5);
  const zone = zones[random.between(label('zone'), 0, zones.length - 1)] ?? '';
  const ofZone = !kind.startsWith('zone') ? '' : everywhere ? '*' : zone;
  const what = kind === 'down' ? random.pick(label('function'), ['request', 'event', 'sweep']) : ofZone;
  return { kind, fromMs, toMs, what };
}
