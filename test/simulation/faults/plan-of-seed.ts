// The plan of a seed: common faults, and in some histories others beside them. Those have labels of their own, so that the
// common part stays as it is.
import { withActsByHand } from './by-hand';
import { withCheckpointsAndOutages } from './checkpoints-and-outages';
import { commonPlan } from './common';
import { withGoogleAndOthers } from './google-and-others';
import { withGoogleInMidLife } from './google-in-mid-life';
import { googleAnswers } from './google-answers';
import type { Plan } from './plan';
import { createRandom, type Random } from './random';
import { withToy } from './toy';
import { withTakeovers } from './takeovers-and-lost-sources';

interface Layer {
  /** Its chance has this label. */
  label: string;
  /** So many histories have it. */
  share: number;
  add: (plan: Plan, random: Random) => Plan;
}

const LAYERS: Layer[] = [
  { label: 'unusual', share: 0.4, add: withGoogleAndOthers },
  { label: 'rare', share: 0.35, add: withCheckpointsAndOutages },
  { label: 'rarer', share: 0.2, add: withTakeovers },
  { label: 'by hand', share: 0.1, add: withActsByHand },
  { label: 'toy', share: 0.1, add: withToy },
  { label: 'mid-life', share: 0.2, add: withGoogleInMidLife },
  { label: 'google answers', share: 0.15, add: withGoogleAnswers },
];

export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  return LAYERS.reduce(
    (plan, { label, share, add }) => (random.chance(label, share) ? add(plan, random) : plan),
    commonPlan(seed, random),
  );
}

function withGoogleAnswers(plan: Plan, random: Random): Plan {
  const run = plan.runs[random.between('answered run', 0, plan.runs.length - 1)]?.id ?? '';
  const { zones, faults } = googleAnswers(plan.zones, run, random);
  return { ...plan, zones, faults: [...plan.faults, ...faults] };
}
