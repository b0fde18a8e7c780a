// Stories that random plans hardly ever tell, each of which once ended badly.
import { aPlan, aRun } from './quiet-plan';
import type { Fault, Plan, PlannedRun } from './plan';

const MINUTE = 60_000;
const RUN = aRun.id;

const lostAnswer = (nth: number): Fault => ({ kind: 'call', name: 'compute.insert', nth, how: 'crash-after', ms: 0 });
const spell = (
  kind: 'down' | 'zone-out' | 'zone-stocked-out' | 'reports-lost',
  what: string,
  from: number,
  to: number,
): Fault => ({
  kind,
  what,
  fromMs: from * MINUTE,
  toMs: to * MINUTE,
});

/** Of one run whose command takes so many minutes. */
function story(minutes: number, faults: Fault[], plan: Partial<Plan> = {}, run: Partial<PlannedRun> = {}): Plan {
  const command = { durationMs: minutes * MINUTE, exit: 0, hasError: false, failsInSetup: false };
  return { ...aPlan, ...plan, runs: [{ ...aRun, hasOutput: false, maxRunSeconds: 3000, command, ...run }], faults };
}

export const STORIES: [what: string, plan: Plan][] = [
  [
    'a VM works, its insert is unanswered, and nothing is heard of it while reports are taken by nobody',
    story(45, [lostAnswer(1), spell('down', 'event', 0, 36), spell('zone-out', 'zone-a', 1, 31.5)]),
  ],
  [
    'it has finished by the time its zone answers again',
    story(5, [lostAnswer(1), spell('down', 'event', 0, 45), spell('zone-out', 'zone-a', 1, 32)]),
  ],
  [
    'the same, with its reports lost',
    story(5, [lostAnswer(1), spell('reports-lost', '', 0, 45), spell('zone-out', 'zone-a', 1, 32)]),
  ],
  [
    'a VM that nobody knew to be made has finished and is gone',
    story(3, [
      lostAnswer(1),
      spell('down', 'event', 0, 60),
      spell('down', 'request', 0.2, 40),
      { kind: 'preempt', run: RUN, attempt: 1, afterMs: 10 * MINUTE },
    ]),
  ],
  [
    'a run waited for capacity, and its VM dies in a zone that never said that it was made',
    story(
      40,
      [
        spell('zone-stocked-out', 'zone-a', 0, 10),
        lostAnswer(2),
        spell('zone-out', 'zone-b', 1.2, 120),
        { kind: 'die', run: RUN, attempt: 2, afterMs: 25 * MINUTE },
      ],
      {},
      { queueLimitSeconds: 1200 },
    ),
  ],
  [
    'one zone is out and one is stocked out',
    story(
      10,
      [
        { kind: 'die', run: RUN, attempt: 1, afterMs: 2 * MINUTE },
        spell('zone-out', 'zone-a', 2, 140),
        spell('zone-stocked-out', 'zone-b', 0, 60),
      ],
      { zones: ['zone-a', 'zone-b', 'zone-c'] },
    ),
  ],
  [
    'a zone is back that has the VM of an earlier attempt, while the next one does not answer',
    story(20, [
      { kind: 'hang', run: RUN, attempt: 1, afterMs: 2 * MINUTE },
      spell('zone-out', 'zone-a', 14, 24),
      spell('zone-out', 'zone-b', 20, 90),
    ]),
  ],
  ...[0.05, 0.5].flatMap((from) =>
    [true, false].map((isAnswered): [string, Plan] => [
      `its run is cancelled in a zone that is out from ${from} min on, ${isAnswered ? 'with' : 'without'} an answer to its insert`,
      story(
        40,
        [...(isAnswered ? [] : [lostAnswer(1)]), spell('zone-out', 'zone-a', from, 330)],
        {},
        { cancelAtMs: 200_000 },
      ),
    ]),
  ),
  ...(['suspended', 'stopped-by-hand', 'restarted'] as const).flatMap((kind) =>
    [0, 0.2, 5].map((minutes): [string, Plan] => [
      `its VM is ${kind} ${minutes} min after it came`,
      story(20, [{ kind, run: RUN, attempt: 1, afterMs: minutes * MINUTE }]),
    ]),
  ),
  ...(['host-error', 'maintenance', 'guest-reboot'] as const).flatMap((kind) =>
    [undefined, { automaticRestart: true }, { onHostMaintenance: 'MIGRATE' as const }].flatMap((byHand) =>
      [0, 5].map((minutes): [string, Plan] => [
        `${kind} of its VM ${minutes} min after it came${byHand ? `, with ${Object.keys(byHand).join()} set by hand` : ''}`,
        story(
          20,
          [{ kind, run: RUN, attempt: 1, afterMs: minutes * MINUTE, ...(byHand && { byHand }) }],
          {},
          { provisioning: 'standard' },
        ),
      ]),
    ),
  ),
];
