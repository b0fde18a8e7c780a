// The engine broken on purpose: what is true of any VM.
import { aRun } from '../faults/quiet-plan';
import { FOREVER_MS, type Fault } from '../faults/plan';
import { NO_GPUS } from '../faults/google-answers';
import { MINUTE, OTHER, RUN, busy, effects, engine, type Mutation } from './mutation';

export const VM_RULES: Mutation[] = [
  {
    name: 'the end at the time limit is not told from a loss',
    file: engine('vm/stop-cause'),
    from: "if (wasOverdue(operations, disappearance)) return 'time-limit';",
    to: '',
    shownBy: {
      faults: [
        { kind: 'hang', run: '20261121-100000-0000', attempt: 1, afterMs: 2 * MINUTE },
        { kind: 'down', what: 'request', fromMs: 5 * MINUTE, toMs: 120 * MINUTE },
        { kind: 'down', what: 'sweep', fromMs: 5 * MINUTE, toMs: 120 * MINUTE },
      ],
      run: { command: { durationMs: 5 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
    },
  },
  {
    name: 'where the other runs are plays no part',
    file: engine('vm/zone-choice'),
    from: '    liveIn(zone),\n',
    to: '',
    shownBy: {
      plan: {
        maxParallel: 3,
        runs: ['0000', '0001', '0002'].map((end) => ({ ...aRun, id: `20261121-100000-${end}` })),
      },
      faults: [],
    },
  },
  {
    name: 'a stocked-out zone is not remembered within its round',
    file: engine('vm/capacity'),
    from: 'const tried = [...new Set([...wait.tried, place])];',
    to: 'const tried: string[] = [];',
    shownBy: 139,
  },
  {
    name: 'quota counts as want of capacity in one zone',
    file: engine('vm/google-failures'),
    from: "reason: 'quota',\n    cause: 'A quota of this region is used up.',",
    to: "reason: 'no-capacity',\n    cause: 'A quota of this region is used up.',",
    shownBy: 141,
  },
  {
    name: 'a quota that other VMs use up is not waited for',
    file: effects('vm/place'),
    from: 'if (mayComeBack(failure) && (await hasOthers(who, context))) return { stockedOut: true };',
    to: '',
    shownBy: 336,
  },
  {
    name: 'the order of zones decides whether a quota is waited for',
    file: engine('vm/zone-choice'),
    from: '(isForQuota ? failures.findLast(mayComeBack) : undefined) ?? failures.at(-1)',
    to: 'failures.at(-1)',
    shownBy: 1919,
  },
  {
    name: 'a quota of zero is waited for',
    file: engine('vm/failure-lookup'),
    from: "failure.reason === 'quota' && rowOf(failure)?.isZero !== true",
    to: "failure.reason === 'quota'",
    shownBy: {
      plan: { maxParallel: 2, runs: [aRun, { ...aRun, id: OTHER, commitAtMs: 30_000 }] },
      faults: [{ kind: 'insert', run: OTHER, attempt: 1, code: 'QUOTA_EXCEEDED', message: NO_GPUS, httpStatus: 403 }],
    },
  },
  {
    name: 'too many calls, five times, end a run',
    file: engine('vm/failure-lookup'),
    from: '  if (PASSES.includes(httpStatus)) return false;\n',
    to: '',
    shownBy: {
      faults: [1, 2, 3, 4, 5].map((attempt): Fault => {
        return { kind: 'insert', run: RUN, attempt, code: 'SOMETHING_BUSY', httpStatus: 429 };
      }),
    },
  },
  {
    name: 'a zone that is down ends a run by itself',
    file: engine('vm/failure-lookup'),
    from: 'httpStatus >= 500 ? new Set(same.map(({ zone }) => zone)).size : same.length',
    to: 'same.length',
    shownBy: 535,
  },
  {
    name: 'a quota is waited for that nobody else uses up',
    file: effects('slots'),
    from: 'return othersByZone(pool?.holders ?? [], who).size > 0;',
    to: 'return pool !== undefined;',
    shownBy: 141,
  },
  {
    name: 'a VM is lost because it is silent, without a second sign',
    file: engine('vm/liveness'),
    from: 'return couldHaveBeenHeard(liveness, lookedMs) ?',
    to: 'return true ?',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'down', what: 'event', fromMs: 3 * MINUTE, toMs: 35 * MINUTE }],
    },
  },
  {
    name: 'a silent VM is never looked for',
    file: engine('vm/liveness'),
    from: 'return nowMs - (liveness ? Date.parse(liveness.at) : -Infinity) > LOOK_AGAIN_MS;',
    to: 'return false;',
    shownBy: 69,
  },
  {
    name: 'a VM of an unsettled insert counts as absent',
    file: engine('vm/deletion-steps'),
    from: "if (isSent(start)) return 'await-start';",
    to: "if (isSent(start)) return 'delete';",
    shownBy: 70,
  },
  {
    name: 'an intent of a dead invocation is never taken over',
    file: engine('action'),
    from: 'return intent.actor === actor || nowMs - Date.parse(intent.at) > TAKE_OVER_MS;',
    to: 'return intent.actor === actor;',
    shownBy: 30,
  },
  {
    name: 'what somebody may have taken over just now counts as left lying',
    file: engine('action'),
    from: 'return isOpen ? nowMs - Date.parse(overAt) > TAKE_OVER_MS : intent.actor === actor;',
    to: 'return isOpen || intent.actor === actor;',
    shownBy: {
      plan: { seed: 27 },
      faults: [
        { kind: 'toy', does: 'start', number: 1, atMs: 0 },
        { kind: 'call', name: 'toys.load', nth: 3, how: 'crash-before', ms: 0 },
        { kind: 'toy', does: 'delete', number: 0, atMs: 122_000 },
      ],
    },
  },
  {
    name: 'an older report overwrites a newer one',
    file: engine('vm/observe'),
    from: 'if (known && known.seq > seq) return vm;',
    to: '',
    shownBy: 49,
  },
  {
    name: 'VMs are made with a time limit of days',
    file: engine('run/time-budget'),
    from: 'secretSeconds + maxRunSeconds + PUBLISH_SECONDS',
    to: 'secretSeconds + 100 * maxRunSeconds + PUBLISH_SECONDS',
    shownBy: {
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: MINUTE },
        { kind: 'down', what: '*', fromMs: 5 * MINUTE, toMs: FOREVER_MS },
      ],
    },
  },
  {
    name: 'only the first VM that nothing needs is deleted',
    file: engine('action'),
    from: 'return steps[(turn + Math.floor(turn / shiftTurns)) % steps.length];',
    to: 'return steps[0];',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: 5 * MINUTE },
        { kind: 'hang', run: RUN, attempt: 2, afterMs: 5 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 4 * MINUTE, toMs: 140 * MINUTE },
      ],
    },
  },
  {
    name: 'what a VM without its time limit has completed does not count',
    file: engine('vm/record'),
    from: "internalFailure(insertOf(vm).failure?.code ?? '')?.mayHaveExisted === true",
    to: 'insertOf(vm).failure === null',
    shownBy: {
      run: { command: { durationMs: 500, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'no-time-limit', run: RUN, attempt: 1, ms: 0 },
        { kind: 'reports-lost', what: '', fromMs: 0, toMs: 60 * MINUTE },
        ...[1, 2, 3].map((nth): Fault => ({
          kind: 'call',
          name: 'compute.get',
          nth,
          how: 'freeze-after',
          ms: 240_000,
        })),
      ],
    },
  },
  {
    name: 'a report is believed without the token of its VM',
    file: engine('vm/identity'),
    from: "if (claims.audience !== audience) return 'the token is for another audience';",
    to: 'return undefined;',
    shownBy: 583,
  },
  {
    name: 'a VM that has reported is inserted again',
    file: engine('vm/power'),
    from: 'if (!isSent && !hasReported(vm)) return',
    to: 'if (!isSent) return',
    // Nobody looks after it but the message whose delivery died with the insert, which comes again after minutes.
    shownBy: {
      faults: [
        { kind: 'call', name: 'compute.insert', nth: 1, how: 'crash-after', ms: 0 },
        { kind: 'deleted-by-hand', run: RUN, attempt: 1, afterMs: 50_000 },
        { kind: 'down', what: 'sweep', fromMs: 0, toMs: 15 * MINUTE },
        // Long after that.
        { kind: 'call', name: 'deadMessages.pull', nth: 1, how: 'freeze-after', ms: 60_000 },
      ],
    },
  },
  {
    name: 'a VM without the labels of its run belongs to nobody',
    file: engine('run/owner'),
    from: "const named = attemptInName(labels[LABELS.deployment] ?? '', name);",
    to: 'const named = undefined as ReturnType<typeof attemptInName>;',
    shownBy: { run: busy, faults: [{ kind: 'nameless', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM without any label counts as gone',
    file: engine('vm/identity'),
    from: 'if (isKnownId(vm, found.id)) return true;',
    to: '',
    shownBy: { run: busy, faults: [{ kind: 'bare', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that was made again is believed as the first one was',
    file: engine('vm/identity'),
    from: "return isKnownId(vm, claims.vmId) ? undefined : 'a VM of the same name, but another one';",
    to: 'return undefined;',
    // The id of the first one came with the answer to its insert.
    shownBy: {
      plan: { seed: 3 },
      run: busy,
      faults: [
        { kind: 'made-again', run: RUN, attempt: 1, afterMs: 1000 },
        { kind: 'down', what: 'sweep', fromMs: MINUTE / 2, toMs: 20 * MINUTE },
      ],
    },
  },
];
