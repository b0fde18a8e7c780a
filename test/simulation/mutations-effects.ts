// What acts broken on purpose: inserts, verdicts, removals.
import { aRun } from './crashes';
import { MINUTE, RUN, keeper, heir, RESUMED, long, REPLACED, effects, type Mutation } from './mutation';

export const EFFECTS: Mutation[] = [
  {
    name: 'the fence is not closed before an attempt is given up',
    file: effects('run/outcome'),
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
    name: 'the place of an outcome that never came is left open',
    file: effects('run/outcome'),
    from: 'const isSealed = isClosed && (await acting.results.create(object, SEALED_OUTCOME));',
    to: 'const isSealed = false;',
    shownBy: 691,
  },
  {
    name: 'an attempt is clean once its deletion was asked for',
    file: 'functions/src/effects/vm/delete-vm.ts',
    from: 'if (isOurs(left)) return false;\n',
    to: 'return true;\n',
    shownBy: 55,
  },
  {
    name: 'disks are forgotten',
    file: 'functions/src/effects/vm/delete-vm.ts',
    from: 'return removeDisk({ zone, name, deployment }, cloud);',
    to: 'return true;',
    shownBy: {
      run: { queueLimitSeconds: 3600 },
      faults: [{ kind: 'zone-dry', what: '*', fromMs: 0, toMs: 40 * MINUTE }],
    },
  },
  {
    name: 'a frozen invocation acts on what it knew minutes ago',
    file: effects('vm/insert'),
    from: 'if (!acting.isFresh()) return undefined;\n  if (isStale',
    to: 'if (isStale',
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 3, how: 'freeze-after', ms: 400_000 }],
    },
  },
  {
    name: 'no intent before the insert',
    file: effects('run/start'),
    from: 'const seats = await askForSlots(stored, request, acting);',
    to: `const { instanceBody } = await import('../../engine/vm/insert-body');
    const early = intend(choice.zones[0]);
    await acting.cloud.insert(early.zone, early.requestId, instanceBody(request, number, early, acting.vm));
    const seats = await askForSlots(stored, request, acting);`,
    shownBy: 9,
  },
  {
    name: 'the next attempt has the name of the last',
    file: effects('run/start'),
    from: 'vm: vmName(acting.vm.deployment, stored.run, number),',
    to: 'vm: vmName(acting.vm.deployment, stored.run, 1),',
    shownBy: 5,
  },
  {
    name: 'the time limit is not read back from the VM',
    file: effects('vm/insert'),
    from: "if (vm.terminationAction === 'DELETE' && vm.maxRunDurationSeconds === decided.maxRunDurationSeconds) {",
    to: 'if (true) {',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'unguarded', run: RUN, attempt: 1, ms: 0 }],
    },
  },
  {
    name: 'a VM of our name is deleted, whoever made it',
    file: 'functions/src/effects/vm/delete-vm.ts',
    from: 'thing?.labels[LABELS.deployment] === deployment;',
    to: 'thing !== undefined;',
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
    shownBy: { plan: { runs: [keeper, heir] }, faults: [] },
  },
  {
    name: 'a bucket that cannot be listed counts as one without checkpoints',
    file: effects('run/checkpoint'),
    from: 'await results.list(checkpointsPrefix(run, Number(number)));',
    to: 'await results.list(checkpointsPrefix(run, Number(number))).catch(() => [] as string[]);',
    shownBy: {
      ...RESUMED,
      faults: [...RESUMED.faults, { kind: 'call', name: 'results.list', nth: 1, how: 'fail-before', ms: 0 }],
    },
  },
  {
    name: 'an insert that is settled late ends the wait of another attempt',
    file: 'functions/src/effects/vm/insert.ts',
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
    file: 'functions/src/effects/run/start.ts',
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
    name: 'the verdict is told to whatever has the name of the VM',
    file: effects('run/send-result'),
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
    file: effects('run/send-result'),
    from: 'isOf(vm, { run: stored.run, number, attempt });',
    to: "vm.labels['mymlops-deployment'] === 'mymlops';",
    shownBy: { faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 45_000 }] },
  },
];
