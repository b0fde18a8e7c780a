// Beside the rest, in some histories: a toy is switched on and off, started by hand, replaced and deleted.
import type { CallFault, Plan, ToyAct } from './plan';
import { BY_HAND, HOWS } from './plan';
import type { Random } from './random';

/** Calls that only a VM that is switched on again needs, and those that every one does. */
const CALLS = [
  'compute.start',
  'compute.stop',
  'compute.setScheduling',
  'compute.setMetadata',
  'compute.deleteDisk',
  'compute.awaitOperation',
  'compute.get',
  'toys.load',
  'toys.update',
  'toys.create',
] as const;

const label = (what: string): string => `toy ${what}`;

/** A replacement goes to another zone. */
export function withToy(plan: Plan, random: Random): Plan {
  if (plan.zones.length < 2) return plan;
  const isHit = random.chance(label('hit'), 0.5);
  const acts = actsOf(random);
  const all = [...acts, ...actsByHand(acts, random)];
  return { ...plan, faults: [...plan.faults, ...all, ...(isHit ? [callOf(random)] : [])] };
}

/** In the console, at any time in between and soon after. */
function actsByHand(acts: readonly ToyAct[], random: Random): ToyAct[] {
  const times = acts.map(({ atMs }) => atMs);
  const [first, last] = [Math.min(...times), Math.max(...times) + 10 * 60_000];
  return Array.from({ length: random.pick(label('by hand'), [0, 0, 1, 2, 3]) }, (_, index) => ({
    kind: 'toy',
    does: random.pick(label(`by hand ${index}`), BY_HAND),
    number: 0,
    atMs: random.between(label(`by hand at ${index}`), Math.floor(first / 1000), Math.floor(last / 1000)) * 1000,
  }));
}

function callOf(random: Random): CallFault {
  const name = random.pick(label('call'), CALLS);
  const ms = random.between(label('ms'), 1, 500) * 1000;
  return { kind: 'call', name, nth: random.between(label('nth'), 1, 6), how: random.pick(label('how'), HOWS), ms };
}

/** Each period is begun by a request or by hand, and mostly ended by a request. */
function actsOf(random: Random): ToyAct[] {
  const acts: ToyAct[] = [];
  let atMs = random.between(label('begins'), 0, 20) * 60_000;
  const act = (does: ToyAct['does'], number: number): void => {
    acts.push({ kind: 'toy', does, number, atMs });
    atMs +=
      random.between(label(`pause ${acts.length}`), 0, random.pick(label(`long ${acts.length}`), [60, 900])) * 1000;
  };
  const periods = random.between(label('periods'), 1, 5);
  for (let number = 1; number <= periods; number++) {
    const isByHand = number > 1 && random.chance(label(`by hand ${number}`), 0.25);
    if (number > 1 && random.chance(label(`replaced ${number}`), 0.2))
      act('replace', acts.filter(isReplacement).length + 1);
    act(isByHand ? 'start by hand' : 'start', number);
    if (random.chance(label(`stopped ${number}`), 0.9)) act('stop', number);
  }
  if (random.chance(label('deleted'), 0.7)) act('delete', 0);
  return acts;
}

const isReplacement = ({ does }: ToyAct): boolean => does === 'replace';
