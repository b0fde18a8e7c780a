// The sweep, the handlers and what they call broken on purpose.
import { MINUTE, RUN, busy, keeper, dependent, REPLACED, engine, type Mutation } from './mutation';

export const SWEEP_AND_CONTROL: Mutation[] = [
  {
    name: 'a copy of a VM that is needed counts as the VM',
    file: engine('orphans'),
    from: 'if (!wanted || !isAt(wanted.vm, found)) return unneeded;',
    to: 'if (!wanted) return unneeded;',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'copy', run: '20261121-100000-0000', attempt: 1, afterMs: MINUTE }],
    },
  },
  {
    name: 'a VM that is missing from a list counts as gone',
    file: 'functions/src/sweep/live.ts',
    from: 'else if (!isDown(found)) return undefined;',
    to: "else how = 'gone';",
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'list-misses', what: '', fromMs: 5 * MINUTE, toMs: 30 * MINUTE }],
    },
  },
  {
    name: 'a message is acknowledged although its write did not happen',
    file: 'functions/src/control/change.ts',
    from: 'if (await store.update(stored, state, summary, audit && { audit })) return state;',
    to: 'await store.update(stored, state, summary, audit && { audit });\n      return state;',
    // What the cancel was merged into is old by the time that it is written.
    shownBy: {
      run: { cancelAtMs: 30_000 },
      faults: [{ kind: 'call', name: 'runs.load', nth: 10, how: 'freeze-after', ms: 25_000 }],
    },
  },
  {
    name: 'a zone that cannot be read holds up the whole run',
    file: 'functions/src/sweep/live.ts',
    from: 'await isolated(`${stored.id}, VM ${number}`, sweep.report, async () => {',
    to: 'await (async (_: string, work: () => Promise<void>) => work())(wanted.vm.name, async () => {',
    shownBy: {
      run: { maxRunSeconds: 3000, command: { durationMs: 40 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [
        { kind: 'preempt', run: RUN, attempt: 1, afterMs: 10 * MINUTE },
        { kind: 'gets-fail', what: 'zone-a', fromMs: 5 * MINUTE, toMs: 150 * MINUTE },
      ],
    },
  },
  {
    name: 'an orphan is deleted at first sight',
    file: engine('orphans'),
    from: '=> nowMs - Date.parse(firstSeenAt) >= graceSeconds * 1000;',
    to: '=> true;',
    shownBy: { faults: [{ kind: 'orphan', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'an orphan is never deleted',
    file: 'functions/src/sweep/orphans.ts',
    from: 'return isPast && !isDone ? requestReap(found, sweep) : undefined;',
    to: 'return undefined;',
    shownBy: { faults: [{ kind: 'orphan', what: 'vm', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'a disk that is an orphan is never deleted',
    file: 'functions/src/sweep/inventory.ts',
    from: "if (!inUse) add({ resource: 'disk', id, name, zone, labels });",
    to: '',
    shownBy: { faults: [{ kind: 'orphan', what: 'disk', zone: 'zone-b', atMs: MINUTE }] },
  },
  {
    name: 'the word of a message is enough to delete a VM',
    file: 'functions/src/control/reap.ts',
    from: 'if (!mayBeDeleted(ownership, mark, { graceSeconds: settings.graceSeconds, nowMs: context.now() })) return;',
    to: '',
    shownBy: {
      run: { command: { durationMs: 5 * MINUTE, exit: 0, hasError: false, failsInSetup: false } },
      faults: [{ kind: 'said', says: 'reap', run: RUN, atMs: 3 * MINUTE }],
    },
  },
  {
    name: 'a removed run comes back with its commit',
    file: 'test/fakes/fake-documents.ts',
    from: "if (removed.has(id)) return 'removed';",
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
    from: '(!known || kind.isIncomplete(known) ? { ...known, ...refused } : known)',
    to: '({ ...known, ...refused, attempts: known?.attempts ?? {} })',
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
    name: 'a probe is sent while nothing lives',
    file: 'functions/src/sweep/sweep.ts',
    from: 'if (Object.values(report.live).some((count) => count > 0)) {',
    to: 'if (true) {',
    shownBy: { faults: [] },
  },
  {
    name: 'a settled run is written to',
    file: 'functions/src/sweep/expired-documents.ts',
    from: 'for (const id of await documents(kind.documents).expired(at, MOST_A_SWEEP)) {',
    to: `for (const id of ['${RUN}']) {`,
    shownBy: { faults: [] },
  },
  {
    name: 'a run is removed from which a live one is to go on',
    file: 'functions/src/control/merge-request.ts',
    from: 'if (dependent !== undefined) {',
    to: 'if (false) {',
    shownBy: {
      plan: { runs: [keeper, dependent] },
      faults: [
        { kind: 'zone-stocked-out', what: '*', fromMs: 20 * MINUTE, toMs: 40 * MINUTE },
        { kind: 'said', says: 'remove', run: RUN, atMs: 30 * MINUTE },
        // It has nothing to do with the removal, and excuses nothing.
        { kind: 'call', name: 'runs.load', nth: 1, how: 'fail-before', ms: 0 },
      ],
    },
  },
  {
    name: 'whatever has the name of a VM counts as the VM',
    file: 'functions/src/sweep/live.ts',
    from: 'if (!found || !isSameVm(found, vm, labels)) how',
    to: 'if (!found) how',
    shownBy: { run: busy, faults: [REPLACED, { kind: 'down', what: 'sweep', fromMs: 5 * MINUTE, toMs: 25 * MINUTE }] },
  },
  {
    name: 'a VM without the label of the deployment counts as gone',
    file: 'functions/src/sweep/live.ts',
    from: 'if (!found || !isSameVm(found, vm, labels)) how',
    to: "if (found?.labels['mymlops-deployment'] !== 'mymlops') how",
    shownBy: { run: busy, faults: [{ kind: 'unlabelled', run: RUN, attempt: 1, afterMs: 5 * MINUTE }] },
  },
  {
    name: 'a VM that its user took over and that stops is not missed',
    file: 'functions/src/sweep/live.ts',
    from: 'else if (!isDown(found)) return undefined;',
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
    name: 'a request is acknowledged although its function may not read what it is about',
    file: 'functions/src/handlers/request.ts',
    from: 'if (!isRepeated(parsed.value)) throw error;',
    to: '',
    shownBy: {
      faults: [
        { kind: 'refused', calls: 'runs.', of: 'request', says: 'forbidden', share: 1, fromMs: 0, toMs: 60 * MINUTE },
      ],
    },
  },
  {
    name: 'a dead letter is acknowledged before it is handed on',
    file: 'functions/src/sweep/dead-letters.ts',
    from: 'const handled = await HANDLERS[topic](message, context);',
    to: 'await context.deadMessages.acknowledge(topic, [message.ackId]);\n  const handled = await HANDLERS[topic](message, context);',
    // The commit cannot be delivered, and the sweep may not ask for anything meanwhile.
    shownBy: {
      plan: { seed: 3, poison: 0.5 },
      faults: [
        { kind: 'refused', calls: 'bus.', of: 'sweep', says: 'forbidden', share: 1, fromMs: 0, toMs: 60 * MINUTE },
      ],
    },
  },
];
