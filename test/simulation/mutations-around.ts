// What is around them broken on purpose: the handlers, the sweep, the model of the VM's agent.
import { MINUTE, RUN, keeper, heir, RESUMED, busy, REPLACED, type Mutation } from './mutation';

export const AROUND: Mutation[] = [
  {
    name: 'a copy of a wanted VM counts as the VM',
    file: 'functions/src/sweep/inventory.ts',
    from: "if (vm !== sighting.name || zone !== sighting.zone) return 'unwanted';",
    to: '',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'copy', run: '20261121-100000-0000', attempt: 1, afterMs: MINUTE }],
    },
  },
  {
    name: 'a VM that is missing from a list counts as gone',
    file: 'functions/src/sweep/live.ts',
    from: 'else if (!isDown(vm)) return undefined;',
    to: "else how = 'gone';",
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'list-misses', what: '', fromMs: 5 * MINUTE, toMs: 30 * MINUTE }],
    },
  },
  {
    name: 'a message is acknowledged although its write did not happen',
    file: 'functions/src/control/change.ts',
    from: 'if (await runs.update(stored, state, document && { audit: document })) return state;',
    to: 'await runs.update(stored, state, document && { audit: document });\n      return state;',
    // What the cancel was merged into is old by the time that it is written.
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 11, how: 'freeze-after', ms: 25_000 }],
    },
  },
  {
    name: 'a zone that cannot be read holds up the whole run',
    file: 'functions/src/sweep/live.ts',
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
    name: 'what nothing explains is deleted at first sight',
    file: 'functions/src/sweep/orphans.ts',
    from: '=> now() - Date.parse(firstSeenAt) >= suspectSeconds * 1000;',
    to: '=> true;',
    shownBy: { faults: [{ kind: 'stray', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'what nothing explains is never deleted',
    file: 'functions/src/sweep/orphans.ts',
    from: 'if (mark && isRipe(mark, context)) return askToReap(sighting, sweep);',
    to: '',
    shownBy: { faults: [{ kind: 'stray', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'a disk that nothing explains is never deleted',
    file: 'functions/src/sweep/inventory.ts',
    from: "if (!inUse) add({ kind: 'disk', id, name, zone, labels });",
    to: '',
    shownBy: { faults: [{ kind: 'stray', what: 'disk', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'the word of a message is enough to delete a VM',
    file: 'functions/src/control/reap.ts',
    from: 'if (!(await mayGo(seen, request, context))) return;',
    to: '',
    shownBy: {
      run: { command: { durationMs: 5 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'said', says: 'reap', run: RUN, atMs: 3 * MINUTE }],
    },
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
    file: 'functions/src/control/reject.ts',
    from: 'await runs.create(envelope.value.run, { ...EMPTY_RUN, end });',
    to: `const known = await runs.load(envelope.value.run);
  if (known) await runs.update(known, { ...known.state, end });
  else await runs.create(envelope.value.run, { ...EMPTY_RUN, end });`,
    shownBy: { faults: [{ kind: 'said', says: 'malformed commit', run: RUN, atMs: 30_000 }] },
  },
  {
    name: 'a token must be good when it is read',
    file: 'functions/src/control/report.ts',
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
    name: 'the agent takes an outcome that is its own for that of another boot',
    file: 'test/simulation/vm-results.ts',
    from: 'return isOurs || (await agent.read(object)) === text;',
    to: 'return isOurs;',
    shownBy: { faults: [{ kind: 'answers-lost', run: RUN, attempt: 1, ms: 0 }] },
  },
  {
    name: 'whatever has the name of a VM counts as the VM',
    file: 'functions/src/sweep/live.ts',
    from: 'if (!vm || !isOf(vm, { run, number: attempt, attempt: attemptOf(state, attempt) })) how',
    to: 'if (!vm) how',
    shownBy: { run: busy, faults: [REPLACED, { kind: 'down', what: 'sweep', fromMs: 5 * MINUTE, toMs: 25 * MINUTE }] },
  },
  {
    name: 'a VM without the label of the deployment counts as gone',
    file: 'functions/src/sweep/live.ts',
    from: 'if (!vm || !isOf(vm, { run, number: attempt, attempt: attemptOf(state, attempt) })) how',
    to: "if (vm?.labels['mymlops-deployment'] !== 'mymlops') how",
    shownBy: { run: busy, faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that its user took over and that stops is not missed',
    file: 'functions/src/sweep/live.ts',
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
];
