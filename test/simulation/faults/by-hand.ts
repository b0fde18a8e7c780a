// Beside the rest, in some histories: somebody suspends, stops or restarts the VM of an attempt in the console.
import type { Plan, VmFault } from './plan';
import type { Random } from './random';

export function withActsByHand(plan: Plan, random: Random): Plan {
  const label = (what: string): string => `by hand ${what}`;
  const fault: VmFault = {
    kind: random.pick<VmFault['kind']>(label('what'), ['suspended', 'stopped-by-hand', 'restarted']),
    run: plan.runs[random.between(label('run'), 0, plan.runs.length - 1)]?.id ?? '',
    attempt: random.between(label('attempt'), 0, 2),
    afterMs: random.between(label('after'), 0, random.pick(label('when'), [60, 600, 2400])) * 1000,
  };
  return { ...plan, faults: [...plan.faults, fault] };
}
