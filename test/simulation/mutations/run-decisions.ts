// The engine broken on purpose: what is decided of a run.
import { MINUTE, RUN, engine, type Mutation } from './mutation';

export const RUN_DECISIONS: Mutation[] = [
  {
    name: 'an outcome is not looked for before an attempt is given up',
    file: engine('run/decide'),
    from: 'if (!hasFinallyNone(attempt) && mayHaveRun(vm))',
    to: 'if (false)',
    shownBy: 45,
  },
  {
    name: 'an end is overwritten by a later cancel',
    file: engine('run/observe'),
    from: 'return { ...state, cancel: { by, at } };',
    to: "return { ...state, cancel: { by, at }, ...(state.end && { end: { ...state.end, status: 'cancelled' as const } }) };",
    shownBy: 8,
  },
  {
    name: 'an error of the user is tried again',
    file: engine('run/decide'),
    from: 'if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, timeOf(moment));',
    to: `if (attempt.outcome?.exit === 1) {
      const givenUp = { at: timeOf(moment), reason: 'lost' as const, message: 'its command failed' };
      return { do: 'give-up', attempt: number, givenUp, isStockedOut: false };
    }
    if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, timeOf(moment));`,
    shownBy: { run: { command: { durationMs: MINUTE, exit: 1, hasError: false, failsInSetup: false } }, faults: [] },
  },
  {
    name: 'an interruption is not followed by another attempt',
    file: engine('run/interruption'),
    from: '...nextOf(reason),\n  mayRetry: true,',
    to: '...nextOf(reason),',
    shownBy: 5,
  },
  {
    name: 'attempts are not counted',
    file: engine('run/next-attempt'),
    from: 'attemptsWithVm(state).length < MAX_ATTEMPTS',
    to: 'attemptsWithVm(state).length < 30',
    shownBy: 5,
  },
  {
    name: 'a cancel is overlooked between two attempts',
    file: engine('run/next-attempt'),
    from: 'if (state.cancel) {',
    to: 'if (false) {',
    shownBy: 23,
  },
  {
    name: 'a cancel is overlooked while an attempt is under way',
    file: engine('run/interruption'),
    from: 'if (state.cancel)',
    to: 'if (false)',
    shownBy: 36,
  },
  {
    name: 'capacity is waited for without an end',
    file: engine('run/next-attempt'),
    from: 'if (hasWaitedTooLong(state, queueLimitSeconds, moment.nowMs))',
    to: 'if (false)',
    shownBy: {
      run: { queueLimitSeconds: 600 },
      faults: [{ kind: 'zone-stocked-out', what: '*', fromMs: 0, toMs: 100 * MINUTE }],
    },
  },
  {
    name: 'a commit that comes again starts the run again',
    file: engine('run/observe'),
    from: 'if (isDeepStrictEqual(inTodaysForm(state.request), request)) return state;',
    to: 'if (isDeepStrictEqual(inTodaysForm(state.request), request)) return { v: 1, attempts: {}, request, acceptedAt: at };',
    shownBy: 4,
  },
  {
    name: 'the result is never sent',
    file: engine('run/decide'),
    from: "if (!earner.resultSentAt) return { effect: 'send-result', vm: end.attempt };",
    to: '',
    shownBy: 13,
  },
  {
    name: 'a kept VM is deleted with the others',
    file: engine('run/keep-time'),
    from: "return nowMs < Date.parse(keptUntil(state) ?? '');",
    to: 'return false;',
    shownBy: { run: { keepSeconds: 1800 }, faults: [] },
  },
  {
    name: 'a VM that nobody keeps stays after its end',
    file: engine('run/keep-time'),
    from: "return nowMs < Date.parse(keptUntil(state) ?? '');",
    to: 'return true;',
    shownBy: { faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 3 * MINUTE }] },
  },
  {
    name: 'an insert that failed waits for the proof that it left nothing',
    file: engine('run/decide'),
    from: 'return nowMs - Date.parse(settledAt) < REMOVAL_MS;',
    to: 'return nowMs > 0;',
    shownBy: {
      run: { queueLimitSeconds: 1200 },
      faults: [
        { kind: 'zone-stocked-out', what: '*', fromMs: 0, toMs: 30 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 0, toMs: 145 * MINUTE },
      ],
    },
  },
  {
    name: 'a VM whose time limit cannot be read is not missed',
    file: engine('run/decide'),
    from: 'if (isLivenessCheckDue(attempt.vm, moment))',
    to: `const first = bringUp(attempt.vm, moment);
  if (first) return { effect: first, vm: number };
  if (isLivenessCheckDue(attempt.vm, moment))`,
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: 5 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 0, toMs: 150 * MINUTE },
      ],
    },
  },
  {
    name: 'a live run is removed',
    file: engine('run/observe'),
    from: 'return state.removing || !isSettled(state) ?',
    to: 'return state.removing ?',
    shownBy: { faults: [{ kind: 'said', says: 'remove', run: RUN, atMs: 90_000 }] },
  },
  {
    name: 'another commit of the same name takes over',
    file: engine('run/observe'),
    from: 'throw new RequestConflictError(`run ${request.run} exists with another request`);',
    to: 'return { v: 1, attempts: {}, request, acceptedAt: at };',
    shownBy: { faults: [{ kind: 'said', says: 'another commit', run: RUN, atMs: 90_000 }] },
  },
  {
    name: 'the VM is deleted before it has pushed',
    file: engine('run/keep-time'),
    from: "if (state.publication?.state === 'pending') return true;",
    to: '',
    shownBy: 100,
  },
  {
    name: 'a run that lacks an artifact has succeeded',
    file: engine('run/judge'),
    from: "if (execution.missing > 0) return failed('results-incomplete', missingText(execution));",
    to: '',
    shownBy: { run: { files: 2 }, faults: [{ kind: 'torn', run: RUN, attempt: 1, ms: 0, artifact: 2 }] },
  },
  {
    name: 'a result that cannot be sent stands before every deletion',
    file: engine('run/decide'),
    from: 'const step = dueOr(rest, publication, end.at, moment);',
    to: 'const step = publication ?? inTurn(rest, moment);',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 15 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 40 * MINUTE },
        { kind: 'zone-out', what: 'zone-b', fromMs: 25 * MINUTE, toMs: 140 * MINUTE },
      ],
    },
  },
  {
    name: 'nobody looks whether a VM that is kept has its time limit',
    file: engine('run/decide'),
    from: "return isTimeLimitUnknown(attemptOf(state, number).vm) ? [{ effect: 'verify-time-limit', vm: number }] : [];",
    to: 'return [];',
    shownBy: {
      run: { keepSeconds: 3600, command: { durationMs: MINUTE, exit: 0, hasError: false, failsInSetup: true } },
      faults: [
        { kind: 'no-time-limit', run: RUN, attempt: 1, ms: 0 },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 0, toMs: 10 * MINUTE },
      ],
    },
  },
  {
    name: 'what is left of two attempts stands still for one that is due, every other minute',
    file: engine('run/decide'),
    from: 'return due && !isSlow ? due : inTurn(due ? [due, ...rest] : rest, moment);',
    to: `const turn = Math.floor(moment.nowMs / 60_000);
  const next = rest[turn % rest.length];
  return isSlow && turn % 2 === 0 ? (next ?? due) : (due ?? next);`,
    // The first and the third attempt are in zone-a, the second is in zone-b.
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 15 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: MINUTE },
        { kind: 'hang', run: RUN, attempt: 2, afterMs: MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 75 * MINUTE },
        { kind: 'zone-out', what: 'zone-a', fromMs: 58 * MINUTE, toMs: 300 * MINUTE },
      ],
    },
  },
  {
    name: 'a VM that cannot be deleted stands before the look at one that is kept',
    file: engine('run/decide'),
    from: 'const rest = [...verificationOfKept(state, end, moment), ...deletions(resourcesOf(state, moment.nowMs), moment)];',
    to: `const left = deletions(resourcesOf(state, moment.nowMs), moment);
  const rest = left.length > 0 ? left : verificationOfKept(state, end, moment);`,
    shownBy: {
      run: { keepSeconds: 3600, command: { durationMs: MINUTE, exit: 0, hasError: false, failsInSetup: true } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: 5000 },
        { kind: 'zone-out', what: 'zone-a', fromMs: 5 * MINUTE, toMs: 300 * MINUTE },
        { kind: 'no-time-limit', run: RUN, attempt: 2, ms: 0 },
        { kind: 'gets-fail', what: 'zone-b', fromMs: 0, toMs: 35 * MINUTE },
      ],
    },
  },
];
