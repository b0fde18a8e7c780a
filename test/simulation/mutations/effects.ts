// What acts broken on purpose: inserts, results, deletions.
import { aRun } from '../faults/quiet-plan';
import { MINUTE, RUN, keeper, dependent, RESUMED, long, REPLACED, effects, engine, type Mutation } from './mutation';

export const EFFECTS: Mutation[] = [
  {
    name: 'an attempt is not fenced before it is given up',
    file: effects('vm/fence'),
    from: 'await context.resultsBucket.write(`${prefix}${FENCE}`, `${timestamp(context)}\\n`);',
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
    name: 'the place of an outcome that never came is left open',
    file: effects('run/outcome'),
    from: 'const isVoid = isLastLook(attemptOf(known, number)) && (await bucket.create(object, VOID_OUTCOME));',
    to: 'const isVoid = false;',
    shownBy: 845,
  },
  {
    name: 'a VM is gone once its deletion was requested',
    file: effects('vm/delete-vm'),
    from: "if (left === 'ours') return false;\n",
    to: 'return true;\n',
    shownBy: 55,
  },
  {
    name: 'disks are forgotten',
    file: effects('vm/delete-vm'),
    from: 'return deleteDisk(target, compute);',
    to: 'return true;',
    shownBy: {
      run: { queueLimitSeconds: 3600 },
      faults: [{ kind: 'zone-stocked-out', what: '*', fromMs: 0, toMs: 40 * MINUTE }],
    },
  },
  {
    name: 'a frozen invocation acts on what it knew minutes ago',
    file: effects('vm/insert'),
    from: 'if (!context.isFresh()) return undefined;\n  if (isStale',
    to: 'if (isStale',
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 3, how: 'freeze-after', ms: 400_000 }],
    },
  },
  {
    name: 'no intent before the insert',
    file: effects('vm/place'),
    from: 'const taken = await takeSlots(who, stored.state, plan.pools, context);',
    to: `const { runKind } = await import('../../engine/run/kind');
  const early = recordIn(choice.zones[0]);
  const number = Number(plan.requestParts[1]);
  const made = { ...stored.state, attempts: { ...stored.state.attempts, [number]: { vm: early } } };
  await context.compute.insert(early.zone, early.requestId, runKind.insertBodyOf(made, number, context.settings));
  const taken = await takeSlots(who, stored.state, plan.pools, context);`,
    shownBy: 9,
  },
  {
    name: 'the next attempt has the name of the last',
    file: effects('run/place-attempt'),
    from: 'name: vmName(context.settings.deployment, id, number),',
    to: 'name: vmName(context.settings.deployment, id, 1),',
    shownBy: 5,
  },
  {
    name: 'the time limit is not read back from the VM',
    file: effects('vm/verify-time-limit'),
    from: 'if (found.terminationAction === vm.terminationAction && found.maxRunDurationSeconds === maxRunDurationSeconds) {',
    to: 'if (true) {',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'no-time-limit', run: RUN, attempt: 1, ms: 0 }],
    },
  },
  {
    name: 'a VM of our name is deleted, whoever made it',
    file: effects('vm/delete-vm'),
    from: 'found?.labels[LABELS.deployment] === deployment;',
    to: 'found !== undefined;',
    shownBy: {
      faults: [{ kind: 'foreign', zone: 'zone-a', name: `mymlops-${RUN}-1`, whose: 'the Python tool' }],
    },
  },
  {
    name: 'a VM of our name is adopted, whoever made it',
    file: effects('vm/insert'),
    from: 'if (!isOurs(found)) {',
    to: 'if (false) {',
    shownBy: {
      faults: [{ kind: 'foreign', zone: 'zone-a', name: `mymlops-${RUN}-1`, whose: 'another deployment' }],
    },
  },
  {
    name: 'the next attempt begins from the start',
    file: effects('run/checkpoint'),
    from: 'if (newest !== undefined) return newest;',
    to: '',
    shownBy: RESUMED,
  },
  {
    name: 'the next attempt begins with the oldest checkpoint',
    file: effects('run/checkpoint'),
    from: 'manifests.at(-1)',
    to: 'manifests.at(0)',
    shownBy: RESUMED,
  },
  {
    name: 'a run that is to go on from another one begins from the start',
    file: effects('run/checkpoint'),
    from: 'return resumeFrom;',
    to: 'return undefined;',
    shownBy: { plan: { runs: [keeper, dependent] }, faults: [] },
  },
  {
    name: 'a bucket that cannot be listed counts as one without checkpoints',
    file: effects('run/checkpoint'),
    from: 'await liveBucket.list(checkpointsPrefix(run, Number(number)));',
    to: 'await liveBucket.list(checkpointsPrefix(run, Number(number))).catch(() => [] as string[]);',
    shownBy: {
      ...RESUMED,
      faults: [...RESUMED.faults, { kind: 'call', name: 'liveBucket.list', nth: 1, how: 'fail-before', ms: 0 }],
    },
  },
  {
    name: 'an insert that is settled late ends the wait of another attempt',
    file: engine('run/attempts'),
    from: 'const isNewest = currentAttempt(state) === number && !attempt.givenUp;',
    to: 'const isNewest = true;',
    shownBy: {
      plan: { zones: ['zone-a'] },
      run: { command: { durationMs: 3 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'zone-stocked-out', what: '*', fromMs: MINUTE, toMs: 44 * MINUTE },
        { kind: 'deleted-by-hand', run: RUN, attempt: 0, afterMs: 89_000 },
        { kind: 'call', name: 'runs.load', nth: 4, how: 'freeze-after', ms: 347_000 },
      ],
    },
  },
  {
    name: 'a pause that was decided on long ago sets the clock of a run going that waits for its slot',
    file: effects('run/place-attempt'),
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
        { kind: 'call', name: 'compute.offers', nth: 5, how: 'freeze-after', ms: 409_000 },
        { kind: 'insert', run: RUN, attempt: 2, code: 'SOMETHING_NEW' },
      ],
    },
  },
  {
    name: 'the result is sent to whatever has the name of the VM',
    file: effects('run/send-result'),
    from: 'isSameVm(found, vm, runLabels(id, number));',
    to: 'found.name === vm.name;',
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
    name: 'a VM without the label of the deployment does not get its result',
    file: effects('run/send-result'),
    from: 'isSameVm(found, vm, runLabels(id, number));',
    to: "found.labels['mymlops-deployment'] === 'mymlops';",
    shownBy: { faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 45_000 }] },
  },
];
