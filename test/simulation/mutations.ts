// The engine, the handlers and the agent's model broken on purpose, one small piece at a time. The simulation must notice each.

import { aRun } from './crashes';
import { FOREVER_MS, type Fault, type Plan, type PlannedRun, type VmFault } from './plan';

export interface Mutation {
  name: string;
  file: string;
  /** Exact text, once in the file. */
  from: string;
  to: string;
  /** The mutant may go round in a circle, until it is ended, instead of a violation. */
  mayHang?: true;
  /** What shows it: the seed of a history, found by a search, or a story made for it. */
  shownBy: number | Story;
}

/** A story that differs from a quiet one of a single run. */
export interface Story {
  run?: Partial<PlannedRun>;
  /** Of the plan: more runs of its kind, and room for them. */
  plan?: Partial<Pick<Plan, 'seed' | 'runs' | 'maxParallel' | 'zones' | 'duplicates' | 'late'>>;
  faults: Fault[];
}

const MINUTE = 60_000;

const RUN = '20261121-100000-0000';
/** Of these, one has its turn after the other where there is room for one. */
const inTurn = ['0000', '0001', '0002'].map((end, index) => ({
  ...aRun,
  id: `20261121-100000-${end}`,
  commitAtMs: index * 5000,
}));

const OTHER = '20261121-100000-0001';
/** Has checkpoints before it ends. */
const keeper: PlannedRun = {
  ...aRun,
  checkpoints: true,
  maxRunSeconds: 3000,
  command: { durationMs: 8 * MINUTE, exit: 0, hasError: false, failsInSetup: false },
};
/** Goes on from the last of them. */
const heir: PlannedRun = { ...keeper, id: OTHER, commitAtMs: 20 * MINUTE, retryOf: RUN, resumes: true };
const RESUMED: Story = { run: keeper, faults: [{ kind: 'preempt', run: RUN, attempt: 1, afterMs: 6 * MINUTE }] };

/** Works for half an hour. */
const busy: Partial<PlannedRun> = {
  maxRunSeconds: 3000,
  command: { durationMs: 30 * MINUTE, exit: 0, hasError: false, failsInSetup: false },
};
const long: PlannedRun = {
  ...aRun,
  hasOutput: false,
  maxRunSeconds: 2700,
  command: { ...aRun.command, durationMs: 32 * MINUTE },
};
const REPLACED: VmFault = { kind: 'replaced', run: RUN, attempt: 1, afterMs: 5 * MINUTE };

const engine = (file: string): string => `functions/src/engine/${file}.ts`;
const effects = (file: string): string => `functions/src/effects/${file}.ts`;

export const MUTATIONS: Mutation[] = [
  {
    name: 'the fence is not closed before an attempt is given up',
    file: effects('outcome'),
    from: 'await acting.results.write(object, `${timestamp(acting)}\\n`);',
    to: '',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 45 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'reports-lost', what: '', fromMs: 2 * MINUTE, toMs: 60 * MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 70 * MINUTE },
      ],
    },
  },
  {
    name: 'an outcome is not looked for before an attempt is given up',
    file: engine('decide'),
    from: 'if (!isSealed && mayHaveRun(attempt))',
    to: 'if (false)',
    shownBy: 45,
  },
  {
    name: 'the place of an outcome that never came is left open',
    file: effects('outcome'),
    from: 'const isSealed = isClosed && (await acting.results.create(object, SEALED_OUTCOME));',
    to: 'const isSealed = false;',
    shownBy: 691,
  },
  {
    name: 'an end is overwritten by a later cancel',
    file: engine('observe'),
    from: 'return { ...state, cancel: { by, at } };',
    to: "return { ...state, cancel: { by, at }, ...(state.end && { end: { ...state.end, status: 'cancelled' as const } }) };",
    shownBy: 8,
  },
  {
    name: 'an error of the user is tried again',
    file: engine('decide'),
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
    file: engine('interruption'),
    from: "return { ...failed('lost', message), mayRetry: true };",
    to: "return failed('lost', message);",
    shownBy: 5,
  },
  {
    name: 'the end at the time limit is not told from a loss',
    file: engine('cause'),
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
    file: engine('placement'),
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
    name: 'a copy of a wanted VM counts as the VM',
    file: 'functions/src/sweep/sightings.ts',
    from: "if (vm !== sighting.name || zone !== sighting.zone) return 'unwanted';",
    to: '',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'copy', run: '20261121-100000-0000', attempt: 1, afterMs: MINUTE }],
    },
  },
  {
    name: 'attempts are not counted',
    file: engine('between-attempts'),
    from: 'attemptsWithVm(state).length < MAX_ATTEMPTS',
    to: 'attemptsWithVm(state).length < 30',
    shownBy: 5,
  },
  {
    name: 'a cancel is overlooked between two attempts',
    file: engine('between-attempts'),
    from: 'if (state.cancel) {',
    to: 'if (false) {',
    shownBy: 23,
  },
  {
    name: 'a cancel is overlooked while an attempt is under way',
    file: engine('interruption'),
    from: 'if (state.cancel)',
    to: 'if (false)',
    shownBy: 36,
  },
  {
    name: 'capacity is waited for without an end',
    file: engine('between-attempts'),
    from: 'if (hasWaitedTooLong(state, moment.nowMs))',
    to: 'if (false)',
    shownBy: {
      run: { queueLimitSeconds: 600 },
      faults: [{ kind: 'zone-dry', what: '*', fromMs: 0, toMs: 100 * MINUTE }],
    },
  },
  {
    name: 'a dry zone is not remembered within its round',
    file: engine('capacity'),
    from: 'tried: [...new Set([...wait.tried, zone])]',
    to: 'tried: []',
    shownBy: 139,
  },
  {
    name: 'quota counts as want of capacity in one zone',
    file: engine('failures'),
    from: "const QUOTA: Class = { scope: 'all', reason: 'quota' };",
    to: "const QUOTA: Class = { scope: 'zone', reason: 'quota' };",
    shownBy: 141,
  },
  {
    name: 'silence alone makes a VM lost',
    file: engine('silence'),
    from: 'return couldHaveBeenHeard(silence, lookedMs) ?',
    to: 'return true ?',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'down', what: 'event', fromMs: 3 * MINUTE, toMs: 35 * MINUTE }],
    },
  },
  {
    name: 'silence is never looked into',
    file: engine('silence'),
    from: 'return nowMs - lookedMs > LOOK_AGAIN_MS ?',
    to: 'return false ?',
    shownBy: 69,
  },
  {
    name: 'a VM that is missing from a list counts as gone',
    file: 'functions/src/sweep/runs.ts',
    from: 'else if (!isDown(vm)) return undefined;',
    to: "else how = 'gone';",
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'list-misses', what: '', fromMs: 5 * MINUTE, toMs: 30 * MINUTE }],
    },
  },
  {
    name: 'an attempt is clean once its deletion was asked for',
    file: 'functions/src/remove-vm.ts',
    from: 'if (isOurs(left)) return false;\n',
    to: 'return true;\n',
    shownBy: 55,
  },
  {
    name: 'disks are forgotten',
    file: 'functions/src/remove-vm.ts',
    from: 'return removeDisk({ zone, name, deployment }, cloud);',
    to: 'return true;',
    shownBy: {
      run: { queueLimitSeconds: 3600 },
      faults: [{ kind: 'zone-dry', what: '*', fromMs: 0, toMs: 40 * MINUTE }],
    },
  },
  {
    name: 'a VM of an unsettled insert counts as absent',
    file: engine('removal'),
    from: "if (attempt.insert) return { effect: 'await-insert', attempt: number };",
    to: "if (attempt.insert) return { effect: 'delete', attempt: number };",
    shownBy: 70,
  },
  {
    name: 'an intent of a dead invocation is never taken over',
    file: engine('action'),
    from: 'return decided.actor === actor || nowMs - Date.parse(decided.at) > TAKE_OVER_MS;',
    to: 'return decided.actor === actor;',
    shownBy: 30,
  },
  {
    name: 'a frozen invocation acts on what it knew minutes ago',
    file: effects('insert'),
    from: 'if (!acting.isFresh()) return undefined;\n  if (isStale',
    to: 'if (isStale',
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 3, how: 'freeze-after', ms: 400_000 }],
    },
  },
  {
    name: 'slots are released while the VM is still there',
    file: engine('decide'),
    from: 'if (isIdle && hasSlots(state))',
    to: 'if (hasSlots(state))',
    shownBy: { plan: { zones: ['zone-a'], runs: inTurn }, faults: [] },
  },
  {
    name: 'slots are released early, with the attempt that is given up',
    file: engine('between-attempts'),
    from: 'const removal = inTurn(removals(state, moment), moment);',
    to: `if (last && hasSlots(state)) return { effect: 'release-slots', attempt: currentAttempt(state) };
  const removal = inTurn(removals(state, moment), moment);`,
    shownBy: { plan: { runs: inTurn }, faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 30_000 }] },
  },
  {
    name: 'slots are never released',
    file: engine('decide'),
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
    name: 'a message is acknowledged although its write did not happen',
    file: 'functions/src/handlers/change-run.ts',
    from: 'if (await runs.update(stored, state, document && { audit: document })) return state;',
    to: 'await runs.update(stored, state, document && { audit: document });\n      return state;',
    // What the cancel was merged into is old by the time that it is written.
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 11, how: 'freeze-after', ms: 25_000 }],
    },
  },
  {
    name: 'no intent before the insert',
    file: effects('start'),
    from: 'const seats = await askForSlots(stored, request, acting);',
    to: `const { instanceBody } = await import('../engine/instance-body');
    const early = intend(choice.zones[0]);
    await acting.cloud.insert(early.zone, early.requestId, instanceBody(request, number, early, acting.vm));
    const seats = await askForSlots(stored, request, acting);`,
    shownBy: 9,
  },
  {
    name: 'the next attempt has the name of the last',
    file: effects('start'),
    from: 'vm: vmName(acting.vm.deployment, stored.run, number),',
    to: 'vm: vmName(acting.vm.deployment, stored.run, 1),',
    shownBy: 5,
  },
  {
    name: 'a commit that comes again starts the run again',
    file: engine('observe'),
    from: 'if (isDeepStrictEqual(state.request, request)) return state;',
    to: 'if (isDeepStrictEqual(state.request, request)) return { v: 1, attempts: {}, request, acceptedAt: at };',
    shownBy: 4,
  },
  {
    name: 'an older report overwrites a newer one',
    file: engine('observe'),
    from: 'if (known && known.seq > report.seq) return state;',
    to: '',
    shownBy: 49,
  },
  {
    name: 'the verdict is never given',
    file: engine('decide'),
    from: "if (!earner.verdictSentAt) return { effect: 'give-verdict', attempt: end.attempt };",
    to: '',
    shownBy: 13,
  },
  {
    name: 'a kept VM is deleted with the others',
    file: engine('wanted'),
    from: 'return attempt.outcome !== undefined && !isUnguarded(attempt) && !state.cancel && nowMs < keptUntilMs(state);',
    to: 'return false;',
    shownBy: { run: { keepSeconds: 1800 }, faults: [] },
  },
  {
    name: 'a VM that nobody keeps stays after its end',
    file: engine('wanted'),
    from: 'return attempt.outcome !== undefined && !isUnguarded(attempt) && !state.cancel && nowMs < keptUntilMs(state);',
    to: 'return true;',
    shownBy: { faults: [{ kind: 'hang', run: RUN, attempt: 1, afterMs: 3 * MINUTE }] },
  },
  {
    name: 'the time limit is not read back from the VM',
    file: effects('insert'),
    from: "if (vm.terminationAction === 'DELETE' && vm.maxRunDurationSeconds === decided.maxRunDurationSeconds) {",
    to: 'if (true) {',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'unguarded', run: RUN, attempt: 1, ms: 0 }],
    },
  },
  {
    name: 'VMs are made with a time limit of days',
    file: engine('instance-body'),
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
    file: engine('removal'),
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
    name: 'a zone that cannot be read holds up the whole run',
    file: 'functions/src/sweep/runs.ts',
    from: 'await isolated(`${stored.run}, attempt ${doubt.attempt}`, sweep.report, async () => {',
    to: 'await (async (_: string, work: () => Promise<void>) => work())(doubt.decided.vm, async () => {',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'preempt', run: RUN, attempt: 1, afterMs: 10 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 5 * MINUTE, toMs: 150 * MINUTE },
      ],
    },
  },
  {
    name: 'what a VM without its time limit has completed does not count',
    file: engine('attempts'),
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
    file: engine('decide'),
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
    file: engine('decide'),
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
    name: 'a VM of our name is deleted, whoever made it',
    file: 'functions/src/remove-vm.ts',
    from: 'thing?.labels[LABELS.deployment] === deployment;',
    to: 'thing !== undefined;',
    shownBy: {
      faults: [{ kind: 'foreign', zone: 'zone-a', name: `mymlops-${RUN}-1`, whose: 'the Python tool' }],
    },
  },
  {
    name: 'a VM of our name is adopted, whoever made it',
    file: effects('insert'),
    from: 'if (!isOurs(found)) {',
    to: 'if (false) {',
    shownBy: {
      faults: [{ kind: 'foreign', zone: 'zone-a', name: `mymlops-${RUN}-1`, whose: 'another deployment' }],
    },
  },
  {
    name: 'what nothing explains is deleted at first sight',
    file: 'functions/src/sweep/suspects.ts',
    from: '=> now() - Date.parse(firstSeenAt) >= suspectSeconds * 1000;',
    to: '=> true;',
    shownBy: { faults: [{ kind: 'stray', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'what nothing explains is never deleted',
    file: 'functions/src/sweep/suspects.ts',
    from: 'if (mark && isRipe(mark, context)) return askToReap(sighting, sweep);',
    to: '',
    shownBy: { faults: [{ kind: 'stray', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'a disk that nothing explains is never deleted',
    file: 'functions/src/sweep/sightings.ts',
    from: "if (!inUse) add({ kind: 'disk', id, name, zone, labels });",
    to: '',
    shownBy: { faults: [{ kind: 'stray', what: 'disk', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'the word of a message is enough to delete a VM',
    file: 'functions/src/handlers/reap.ts',
    from: 'if (!(await mayGo(seen, request, context))) return;',
    to: '',
    shownBy: {
      run: { command: { durationMs: 5 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'said', says: 'reap', run: RUN, atMs: 3 * MINUTE }],
    },
  },
  {
    name: 'a live run is removed',
    file: engine('observe'),
    from: 'return state.removing || !isAtRest(state) ?',
    to: 'return state.removing ?',
    shownBy: { faults: [{ kind: 'said', says: 'remove', run: RUN, atMs: 90_000 }] },
  },
  {
    name: 'a removed run comes back with its commit',
    file: 'test/fakes/fake-runs.ts',
    from: "if (google.removed.has(run)) return 'removed';",
    to: '',
    shownBy: {
      faults: [
        { kind: 'said', says: 'remove', run: RUN, atMs: 7 * MINUTE },
        { kind: 'said', says: 'another commit', run: RUN, atMs: 9 * MINUTE },
      ],
    },
  },
  {
    name: 'a commit that is not understood ends the run that there is',
    file: 'functions/src/handlers/tell-sender.ts',
    from: 'await runs.create(envelope.value.run, { ...EMPTY_RUN, end });',
    to: `const known = await runs.load(envelope.value.run);
  if (known) await runs.update(known, { ...known.state, end });
  else await runs.create(envelope.value.run, { ...EMPTY_RUN, end });`,
    shownBy: { faults: [{ kind: 'said', says: 'malformed commit', run: RUN, atMs: 30_000 }] },
  },
  {
    name: 'another commit of the same name takes over',
    file: engine('observe'),
    from: 'throw new RequestConflictError(`run ${request.run} exists with another request`);',
    to: 'return { v: 1, attempts: {}, request, acceptedAt: at };',
    shownBy: { faults: [{ kind: 'said', says: 'another commit', run: RUN, atMs: 90_000 }] },
  },
  {
    name: 'a token must be good when it is read',
    file: 'functions/src/handlers/report.ts',
    from: 'context.tokens.verify(identityIn(message.attributes), message.publishedAt)',
    to: 'context.tokens.verify(identityIn(message.attributes), new Date(context.now()).toISOString())',
    shownBy: { faults: [{ kind: 'down', what: 'event', fromMs: MINUTE, toMs: 90 * MINUTE }] },
  },
  {
    name: 'a canary is sent while nothing lives',
    file: 'functions/src/sweep/sweep.ts',
    from: 'if (live.size > 0) {',
    to: 'if (true) {',
    shownBy: { faults: [] },
  },
  {
    name: 'a run at rest is written to',
    file: 'functions/src/sweep/retention.ts',
    from: 'for (const run of await runs.expired(at)) {',
    to: "for (const run of await runs.expired('9')) {",
    shownBy: { faults: [] },
  },
  {
    name: 'the agent takes the end by a preemption for the exit of the command',
    file: 'test/simulation/vm.ts',
    from: "if (ended === 'interrupted' && (await isGoingDown(agent)))",
    to: 'if (false)',
    shownBy: { faults: [{ kind: 'exit-then-preempt', run: RUN, attempt: 1, afterMs: 60_000 }] },
  },
  {
    name: 'the VM is deleted before it has pushed',
    file: engine('wanted'),
    from: "if (state.publication?.state === 'pending') return true;",
    to: '',
    shownBy: 13,
  },
  {
    name: 'the agent does not look whether its attempt was closed',
    file: 'test/simulation/vm.ts',
    from: '(await read(`${prefix}${ATTEMPT_OBJECTS.closed}`)) !== undefined;',
    to: 'false;',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 45 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'reports-lost', what: '', fromMs: 2 * MINUTE, toMs: 60 * MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 70 * MINUTE },
      ],
    },
  },
  {
    name: 'a report is believed without the token of its VM',
    file: 'functions/src/engine/identity.ts',
    from: "if (claims.audience !== run) return 'the token is for another run';",
    to: 'return undefined;',
    shownBy: 583,
  },
  {
    name: 'the agent runs an attempt that another boot has claimed',
    file: 'test/simulation/vm.ts',
    from: 'const isOurs = owner === bootId &&',
    to: 'const isOurs = owner !== undefined &&',
    shownBy: 10,
  },
  {
    name: 'the agent writes its outcome over what is there',
    file: 'test/simulation/vm.ts',
    from: 'if (google.objects.has(name)) return false;',
    to: '',
    shownBy: 10,
  },
  {
    name: 'the next attempt begins from the start',
    file: effects('checkpoint'),
    from: 'if (newest !== undefined) return newest;',
    to: '',
    shownBy: RESUMED,
  },
  {
    name: 'the next attempt begins with the oldest checkpoint',
    file: effects('checkpoint'),
    from: 'manifests.at(-1)',
    to: 'manifests.at(0)',
    shownBy: RESUMED,
  },
  {
    name: 'a run that is to go on from another one begins from the start',
    file: effects('checkpoint'),
    from: 'return resumeFrom;',
    to: 'return undefined;',
    shownBy: { plan: { runs: [keeper, heir] }, faults: [] },
  },
  {
    name: 'a bucket that cannot be listed counts as one without checkpoints',
    file: effects('checkpoint'),
    from: 'await results.list(checkpointsPrefix(run, Number(number)));',
    to: 'await results.list(checkpointsPrefix(run, Number(number))).catch(() => [] as string[]);',
    shownBy: {
      ...RESUMED,
      faults: [...RESUMED.faults, { kind: 'call', name: 'results.list', nth: 1, how: 'fail-before', ms: 0 }],
    },
  },
  {
    name: 'a run is removed from which a live one is to go on',
    file: 'functions/src/handlers/request.ts',
    from: 'if (heir !== undefined) {',
    to: 'if (false) {',
    shownBy: {
      plan: { runs: [keeper, heir] },
      faults: [
        { kind: 'zone-dry', what: '*', fromMs: 20 * MINUTE, toMs: 40 * MINUTE },
        { kind: 'said', says: 'remove', run: RUN, atMs: 30 * MINUTE },
        // It has nothing to do with the removal, and excuses nothing.
        { kind: 'call', name: 'runs.load', nth: 1, how: 'fail-before', ms: 0 },
      ],
    },
  },
  {
    name: 'the agent names a checkpoint whose data it has not sent',
    file: 'test/simulation/vm-checkpoints.ts',
    from: 'await agent.write(dataOf(saved), String(progressMs));',
    to: '',
    shownBy: RESUMED,
  },
  {
    name: 'the agent lists a result that it has not sent',
    file: 'test/simulation/vm-results.ts',
    from: 'await agent.write(object, text);',
    to: '',
    shownBy: { faults: [] },
  },
  {
    name: 'the agent cuts a result off',
    file: 'test/simulation/vm-results.ts',
    from: 'await agent.write(object, text);',
    to: 'await agent.write(object, text.slice(0, -1));',
    shownBy: { run: { files: 1 }, faults: [] },
  },
  {
    name: 'a run that lacks an artifact has succeeded',
    file: engine('judge'),
    from: "if (execution.missing > 0) return failed('results-incomplete', missingText(execution));",
    to: '',
    shownBy: { run: { files: 2 }, faults: [{ kind: 'torn', run: RUN, attempt: 1, ms: 0, artifact: 2 }] },
  },
  {
    name: 'the agent takes an outcome that is its own for that of another boot',
    file: 'test/simulation/vm-results.ts',
    from: 'return isOurs || (await agent.read(object)) === text;',
    to: 'return isOurs;',
    shownBy: { faults: [{ kind: 'answers-lost', run: RUN, attempt: 1, ms: 0 }] },
  },
  {
    name: 'a VM that has spoken is asked for again',
    file: engine('decide'),
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
    file: engine('decide'),
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
    file: engine('decide'),
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
    file: engine('decide'),
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
    file: engine('decide'),
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
    name: 'whatever has the name of a VM counts as the VM',
    file: 'functions/src/sweep/runs.ts',
    from: 'if (!vm || !isOf(vm, { run, number: attempt, attempt: attemptOf(state, attempt) })) how',
    to: 'if (!vm) how',
    shownBy: { run: busy, faults: [REPLACED, { kind: 'down', what: 'sweep', fromMs: 5 * MINUTE, toMs: 25 * MINUTE }] },
  },
  {
    name: 'a VM without the label of the deployment counts as gone',
    file: 'functions/src/sweep/runs.ts',
    from: 'if (!vm || !isOf(vm, { run, number: attempt, attempt: attemptOf(state, attempt) })) how',
    to: "if (vm?.labels['mymlops-deployment'] !== 'mymlops') how",
    shownBy: { run: busy, faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that its user took over and that stops is not missed',
    file: 'functions/src/sweep/runs.ts',
    from: 'else if (!isDown(vm)) return undefined;',
    to: 'else return undefined;',
    shownBy: {
      run: busy,
      faults: [
        { kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 5 * MINUTE },
        { kind: 'die', run: RUN, attempt: 1, afterMs: 8 * MINUTE },
      ],
    },
  },
  {
    name: 'an insert that is settled late ends the wait of another attempt',
    file: 'functions/src/effects/insert.ts',
    from: 'const isNewest = currentAttempt(state) === number && !attemptOf(state, number).givenUp;',
    to: 'const isNewest = true;',
    shownBy: {
      plan: { zones: ['zone-a'] },
      run: { command: { durationMs: 3 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'zone-dry', what: '*', fromMs: MINUTE, toMs: 44 * MINUTE },
        { kind: 'deleted-by-hand', run: RUN, attempt: 0, afterMs: 89_000 },
        { kind: 'call', name: 'runs.load', nth: 4, how: 'freeze-after', ms: 347_000 },
      ],
    },
  },
  {
    name: 'a pause that was decided on long ago sets the clock of a run going that waits for its place',
    file: 'functions/src/effects/start.ts',
    from: 'isUndecided(state, number) && isAsKnown(state) ?',
    to: 'isUndecided(state, number) ?',
    // A duplicate of a message has to come in time as well: that is the seed's.
    shownBy: {
      plan: {
        seed: 90080756,
        zones: ['zone-a'],
        duplicates: 0.3,
        runs: [
          { ...long, commitAtMs: 14 * MINUTE, command: { ...aRun.command, durationMs: 24 * MINUTE } },
          { ...long, id: '20261121-100000-0001', commitAtMs: 10 * MINUTE, provisioning: 'spot_then_standard' },
        ],
      },
      faults: [
        { kind: 'preempt', run: RUN, attempt: 1, afterMs: 88_000 },
        { kind: 'hang', run: '20261121-100000-0001', attempt: 0, afterMs: 1_387_000 },
        { kind: 'call', name: 'cloud.offers', nth: 5, how: 'freeze-after', ms: 409_000 },
        { kind: 'insert', run: RUN, attempt: 2, code: 'SOMETHING_NEW' },
      ],
    },
  },
  {
    name: 'a VM without the labels of its run belongs to nobody',
    file: engine('compare'),
    from: "const claim = attemptInName(labels[LABELS.deployment] ?? '', name) ?? labelled(labels);",
    to: 'const claim = labelled(labels);',
    shownBy: { run: busy, faults: [{ kind: 'nameless', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM without any label counts as gone',
    file: engine('identity'),
    from: 'if (knownInstanceId(attempt) === id) return true;',
    to: '',
    shownBy: { run: busy, faults: [{ kind: 'bare', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'the verdict is told to whatever has the name of the VM',
    file: effects('verdict'),
    from: 'isOf(vm, { run: stored.run, number, attempt });',
    to: 'vm.name === decided.vm;',
    // It was replaced when all was done, and nobody knows yet that it is done.
    shownBy: {
      faults: [
        { ...REPLACED, afterMs: 4 * MINUTE },
        { kind: 'down', what: 'request', fromMs: MINUTE, toMs: 25 * MINUTE },
        { kind: 'down', what: 'sweep', fromMs: 2 * MINUTE, toMs: 60 * MINUTE },
      ],
    },
  },
  {
    name: 'a VM without the label of the deployment is not told its verdict',
    file: effects('verdict'),
    from: 'isOf(vm, { run: stored.run, number, attempt });',
    to: "vm.labels['mymlops-deployment'] === 'mymlops';",
    shownBy: { faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 45_000 }] },
  },
  {
    name: 'a VM that was made again is believed as the first one was',
    file: engine('identity'),
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
