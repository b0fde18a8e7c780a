// Beside the rest, in some histories: what Google does to a deployment that has worked so far.
import type { Fault, Plan } from './plan';
import type { Random } from './random';
import { namesakes } from './namesakes';
import { pages } from './pages';
import { refusals } from './refusals';
import { restarts } from './restarts';

type Make = (plan: Plan, random: Random) => Fault[];

const MAKERS: [Make, ...Make[]] = [refusals, refusals, restarts, pages, namesakes];

export function withGoogleInMidLife(plan: Plan, random: Random): Plan {
  const make = random.pick('mid-life kind', MAKERS);
  return { ...plan, faults: [...plan.faults, ...make(plan, random)] };
}
