// The policy broken on purpose: what the engine decides.
import { aRun } from './crashes';
import { MINUTE, RUN, inTurn, busy, engine, type Mutation } from './mutation';
import { FOREVER_MS, type Fault } from './plan';

export const ENGINE: Mutation[] = [
  {
    name: 'an outcome is not looked for before an attempt is given up',
    file: engine('run/decide'),
    from: 'if (!isSealed && mayHaveRun(attempt))',
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
      return { do: 'give-up', attempt: number, givenUp, isDry: false };
    }
    if (attempt.outcome) return endByOutcome(state, number, attempt.outcome, timeOf(moment));`,
    shownBy: { run: { command: { durationMs: MINUTE, exit: 1, hasError: false, failsInSetup: false } }, faults: [] },
  },
  {
    name: 'an interruption is not followed by another attempt',
    file: engine('run/interruption'),
    from: "return { ...failed('lost', message), mayRetry: true };",
    to: "return failed('lost', message);",
    shownBy: 5,
  },
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
    file: engine('vm/placement'),
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
    from: 'if (hasWaitedTooLong(state, moment.nowMs))',
    to: 'if (false)',
    shownBy: {
      run: { queueLimitSeconds: 600 },
      faults: [{ kind: 'zone-dry', what: '*', fromMs: 0, toMs: 100 * MINUTE }],
    },
  },
  {
    name: 'a dry zone is not remembered within its round',
    file: engine('vm/capacity'),
    from: 'tried: [...new Set([...wait.tried, zone])]',
    to: 'tried: []',
    shownBy: 139,
  },
  {
    name: 'quota counts as want of capacity in one zone',
    file: engine('vm/failures'),
    from: "const QUOTA: Class = { scope: 'all', reason: 'quota' };",
    to: "const QUOTA: Class = { scope: 'zone', reason: 'quota' };",
    shownBy: 141,
  },
  {
    name: 'silence alone makes a VM lost',
    file: engine('run/liveness'),
    from: 'return couldHaveBeenHeard(silence, lookedMs) ?',
    to: 'return true ?',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'down', what: 'event', fromMs: 3 * MINUTE, toMs: 35 * MINUTE }],
    },
  },
  {
    name: 'silence is never looked into',
    file: engine('run/liveness'),
    from: 'return nowMs - lookedMs > LOOK_AGAIN_MS ?',
    to: 'return false ?',
    shownBy: 69,
  },
  {
    name: 'a VM of an unsettled insert counts as absent',
    file: engine('run/deletion'),
    from: "if (attempt.insert) return { effect: 'await-insert', attempt: number };",
    to: "if (attempt.insert) return { effect: 'delete', attempt: number };",
    shownBy: 70,
  },
  {
    name: 'an intent of a dead invocation is never taken over',
    file: engine('run/action'),
    from: 'return decided.actor === actor || nowMs - Date.parse(decided.at) > TAKE_OVER_MS;',
    to: 'return decided.actor === actor;',
    shownBy: 30,
  },
  {
    name: 'slots are released while the VM is still there',
    file: engine('run/decide'),
    from: 'if (isIdle && hasSlots(state))',
    to: 'if (hasSlots(state))',
    shownBy: { plan: { zones: ['zone-a'], runs: inTurn }, faults: [] },
  },
  {
    name: 'slots are released early, with the attempt that is given up',
    file: engine('run/next-attempt'),
    from: 'const removal = inTurn(removals(state, moment), moment);',
    to: `if (last && hasSlots(state)) return { effect: 'release-slots', attempt: currentAttempt(state) };
  const removal = inTurn(removals(state, moment), moment);`,
    shownBy: { plan: { runs: inTurn }, faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 30_000 }] },
  },
  {
    name: 'slots are never released',
    file: engine('run/decide'),
    from: "if (isIdle && hasSlots(state)) return { effect: 'release-slots', attempt: currentAttempt(state) };",
    to: '',
    shownBy: 4,
  },
  {
    name: 'who came last is first in the line',
    file: engine('slots'),
    from: 'queue: place < 0 ? [...limit.queue, run] : limit.queue }',
    to: 'queue: place < 0 ? [run, ...limit.queue] : limit.queue }',
    shownBy: { plan: { runs: inTurn }, faults: [] },
  },
  {
    name: 'the limit of a profile is not asked for',
    file: engine('slots'),
    from: 'return maxParallel === undefined ? [deployment]',
    to: 'return maxParallel !== 0 ? [deployment]',
    shownBy: { plan: { maxParallel: 3, runs: inTurn.map((run) => ({ ...run, profileMax: 1 })) }, faults: [] },
  },
  {
    name: 'a limit is not kept',
    file: engine('slots'),
    from: 'if (limit.holders.length + ahead < max)',
    to: 'if (true)',
    shownBy: 14,
  },
  {
    name: 'nobody tells the next in line, and the sweep does not either',
    file: engine('slots'),
    from: 'queue.slice(0, Math.max(0, max - holders.length))',
    to: '[] as string[]',
    shownBy: 9,
  },
  {
    name: 'a commit that comes again starts the run again',
    file: engine('run/observe'),
    from: 'if (isDeepStrictEqual(inTodaysForm(state.request), request)) return state;',
    to: 'if (isDeepStrictEqual(inTodaysForm(state.request), request)) return { v: 1, attempts: {}, request, acceptedAt: at };',
    shownBy: 4,
  },
  {
    name: 'an older report overwrites a newer one',
    file: engine('run/observe'),
    from: 'if (known && known.seq > report.seq) return state;',
    to: '',
    shownBy: 49,
  },
  {
    name: 'the verdict is never given',
    file: engine('run/decide'),
    from: "if (!earner.verdictSentAt) return { effect: 'give-verdict', attempt: end.attempt };",
    to: '',
    shownBy: 13,
  },
  {
    name: 'a kept VM is deleted with the others',
    file: engine('run/wanted'),
    from: 'return attempt.outcome !== undefined && !isUnguarded(attempt) && !state.cancel && nowMs < keptUntilMs(state);',
    to: 'return false;',
    shownBy: { run: { keepSeconds: 1800 }, faults: [] },
  },
  {
    name: 'a VM that nobody keeps stays after its end',
    file: engine('run/wanted'),
    from: 'return attempt.outcome !== undefined && !isUnguarded(attempt) && !state.cancel && nowMs < keptUntilMs(state);',
    to: 'return true;',
    shownBy: { faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 3 * MINUTE }] },
  },
  {
    name: 'VMs are made with a time limit of days',
    file: engine('vm/insert-body'),
    from: 'return beforeSeconds + request.maxRunSeconds + PUBLISH_SECONDS + request.keepSeconds;',
    to: 'return beforeSeconds + 100 * request.maxRunSeconds + PUBLISH_SECONDS + request.keepSeconds;',
    shownBy: {
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: MINUTE },
        { kind: 'down', what: '*', fromMs: 5 * MINUTE, toMs: FOREVER_MS },
      ],
    },
  },
  {
    name: 'only the first VM that nothing wants is removed',
    file: engine('run/deletion'),
    from: 'return steps[Math.floor(((turn * SECTION) % 1) * steps.length)];',
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
    file: engine('run/attempts'),
    from: "ownFailure(insert?.failure?.code ?? '')?.mayHaveHadVm === true",
    to: 'insert?.failure === null',
    shownBy: {
      run: { command: { durationMs: 500, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'unguarded', run: RUN, attempt: 1, ms: 0 },
        { kind: 'reports-lost', what: '', fromMs: 0, toMs: 60 * MINUTE },
        ...[1, 2, 3].map((nth): Fault => ({ kind: 'call', name: 'cloud.get', nth, how: 'freeze-after', ms: 240_000 })),
      ],
    },
  },
  {
    name: 'an insert that failed waits for the proof that it left nothing',
    file: engine('run/decide'),
    from: 'return nowMs - Date.parse(insert.settledAt) < REMOVAL_MS;',
    to: 'return nowMs > 0;',
    shownBy: {
      run: { queueLimitSeconds: 1200 },
      faults: [
        { kind: 'zone-dry', what: '*', fromMs: 0, toMs: 30 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 0, toMs: 145 * MINUTE },
      ],
    },
  },
  {
    name: 'a VM whose time limit cannot be read is not missed',
    file: engine('run/decide'),
    from: 'return lookForSigns(attempt, number, moment) ?? settleOrRemove(',
    to: 'return continueInsert(attempt, number, moment) ?? lookForSigns(attempt, number, moment) ?? settleOrRemove(',
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
    from: 'return state.removing || !isAtRest(state) ?',
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
    file: engine('run/wanted'),
    from: "if (state.publication?.state === 'pending') return true;",
    to: '',
    shownBy: 100,
  },
  {
    name: 'a report is believed without the token of its VM',
    file: 'functions/src/engine/vm/identity.ts',
    from: "if (claims.audience !== run) return 'the token is for another run';",
    to: 'return undefined;',
    shownBy: 583,
  },
  {
    name: 'a run that lacks an artifact has succeeded',
    file: engine('run/judge'),
    from: "if (execution.missing > 0) return failed('results-incomplete', missingText(execution));",
    to: '',
    shownBy: { run: { files: 2 }, faults: [{ kind: 'torn', run: RUN, attempt: 1, ms: 0, artifact: 2 }] },
  },
  {
    name: 'a VM that has spoken is asked for again',
    file: engine('run/decide'),
    from: 'if (!insert && !reports) return',
    to: 'if (!insert) return',
    // Nobody looks after it but the message whose delivery died with the insert, which comes again after minutes.
    shownBy: {
      faults: [
        { kind: 'call', name: 'cloud.insert', nth: 1, how: 'crash-after', ms: 0 },
        { kind: 'deleted-by-hand', run: RUN, attempt: 1, afterMs: 50_000 },
        { kind: 'down', what: 'sweep', fromMs: 0, toMs: 15 * MINUTE },
        // Long after that.
        { kind: 'call', name: 'bus.pullDead', nth: 1, how: 'freeze-after', ms: 60_000 },
      ],
    },
  },
  {
    name: 'a verdict that cannot be given stands before every removal',
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
    from: "return isGuardDue(attemptOf(state, number)) ? [{ effect: 'guard', attempt: number }] : [];",
    to: 'return [];',
    shownBy: {
      run: { keepSeconds: 3600, command: { durationMs: MINUTE, exit: 0, hasError: false, failsInSetup: true } },
      faults: [
        { kind: 'unguarded', run: RUN, attempt: 1, ms: 0 },
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
    name: 'a VM that cannot be removed stands before the look at one that is kept',
    file: engine('run/decide'),
    from: 'const rest = [...guardOfKept(state, end, moment), ...removals(state, moment)];',
    to: `const left = removals(state, moment);
  const rest = left.length > 0 ? left : guardOfKept(state, end, moment);`,
    shownBy: {
      run: { keepSeconds: 3600, command: { durationMs: MINUTE, exit: 0, hasError: false, failsInSetup: true } },
      faults: [
        { kind: 'hang', run: RUN, attempt: 1, afterMs: 5000 },
        { kind: 'zone-out', what: 'zone-a', fromMs: 5 * MINUTE, toMs: 300 * MINUTE },
        { kind: 'unguarded', run: RUN, attempt: 2, ms: 0 },
        { kind: 'gets-fail', what: 'zone-b', fromMs: 0, toMs: 35 * MINUTE },
      ],
    },
  },
  {
    name: 'a VM without the labels of its run belongs to nobody',
    file: engine('vm/match'),
    from: "const claim = attemptInName(labels[LABELS.deployment] ?? '', name) ?? labelled(labels);",
    to: 'const claim = labelled(labels);',
    shownBy: { run: busy, faults: [{ kind: 'nameless', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM without any label counts as gone',
    file: engine('vm/identity'),
    from: 'if (knownInstanceId(attempt) === id) return true;',
    to: '',
    shownBy: { run: busy, faults: [{ kind: 'bare', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that was made again is believed as the first one was',
    file: engine('vm/identity'),
    from: "return claims.instanceId === knownId ? undefined : 'a VM of the same name, but another one';",
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
