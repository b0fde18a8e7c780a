// VMs that Google, or their guest, restarts, or ends where they are not to come back.
import type { Fault, Plan, RestartFault } from './plan';
import type { Random } from './random';

type Label = (what: string) => string;

/** Mostly as the insert said it. */
const BY_HAND: [RestartFault['byHand'], ...RestartFault['byHand'][]] = [
  undefined,
  undefined,
  { automaticRestart: true },
  { automaticRestart: true },
  { onHostMaintenance: 'MIGRATE' },
  { automaticRestart: true, onHostMaintenance: 'MIGRATE' },
];

export function restarts(plan: Plan, random: Random): Fault[] {
  const hasToy = plan.faults.some(({ kind }) => kind === 'toy');
  return Array.from({ length: random.between('restarts', 1, 3) }, (_, index): Fault => {
    const label: Label = (what) => `restart ${index} ${what}`;
    const isToys = hasToy && random.chance(label('toy'), 0.6);
    const { id = '' } = plan.runs[random.between(label('run'), 0, plan.runs.length - 1)] ?? {};
    const byHand = random.pick(label('by hand'), BY_HAND);
    return {
      kind: random.pick(label('kind'), ['host-error', 'maintenance', 'guest-reboot']),
      ...(isToys ? { run: '', attempt: 0 } : { run: id, attempt: random.between(label('attempt'), 0, 2) }),
      afterMs: random.between(label('after'), 0, random.pick(label('when'), [60, 600, 2400])) * 1000,
      ...(byHand && { byHand }),
    };
  });
}
