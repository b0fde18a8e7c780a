// What Google does in mid-life: the engine, the effects and the sweep broken so that only that shows it.
import { aRun } from '../faults/quiet-plan';
import type { Fault, VmFault } from '../faults/plan';
import { busy, effects, engine, MINUTE, RUN, type Mutation } from './mutation';

/** Its command has had its time by the end of its VM's, and hangs; nobody is there to see it. */
const usedUp = { provisioning: 'standard', command: { ...aRun.command, durationMs: 5 * MINUTE } } as const;
const away: Fault[] = ['request', 'sweep'].map((what) => ({
  kind: 'down',
  what,
  fromMs: 5 * MINUTE,
  toMs: 120 * MINUTE,
}));
const hung: VmFault = { kind: 'hang', run: RUN, attempt: 1, afterMs: 4 * MINUTE };

const namesake = { kind: 'namesake', what: 'vm', run: RUN, attempt: 1, labels: 'all' } as const;
/** One after the other, so that one of them is missed often enough. */
const orphans = [10, 45, 80, 115, 150].map((minute): Fault => {
  return { kind: 'orphan', what: 'vm', zone: 'zone-a', atMs: minute * MINUTE };
});
const inPages: Fault = { kind: 'pages', what: '', fromMs: 0, toMs: 240 * MINUTE };

export const GOOGLE: Mutation[] = [
  {
    name: 'a VM that was migrated to another host counts as ended by then',
    file: engine('vm/stop-cause'),
    from: 'const NO_ENDINGS = [RESTARTED, `${SYSTEM_EVENT}migrateOnHostMaintenance`];',
    to: 'const NO_ENDINGS = [RESTARTED];',
    shownBy: {
      run: usedUp,
      faults: [
        {
          kind: 'maintenance',
          run: RUN,
          attempt: 1,
          afterMs: 2 * MINUTE,
          byHand: { onHostMaintenance: 'MIGRATE' },
        },
        hung,
        ...away,
      ],
    },
  },
  {
    name: 'the limit of a VM that Google has restarted counts from its insert',
    file: engine('vm/stop-cause'),
    from: "type === 'insert' || type === 'start' || type === RESTARTED;",
    to: "type === 'insert' || type === 'start';",
    shownBy: {
      run: { ...usedUp, maxRunSeconds: 1500, command: { ...usedUp.command, durationMs: 20 * MINUTE } },
      faults: [
        // Before its agent has claimed the attempt: the next boot does.
        { kind: 'host-error', run: RUN, attempt: 1, afterMs: 0, byHand: { automaticRestart: true } },
        { ...hung, afterMs: 14 * MINUTE },
        ...away,
      ],
    },
  },
  {
    name: 'a VM of which nobody may say how it ended was lost, though its time was over',
    file: 'functions/src/sweep/live.ts',
    from: 'if (mayBeOverdue(start, nowMs)) throw error;',
    to: '',
    shownBy: {
      run: usedUp,
      faults: [
        hung,
        ...away,
        {
          kind: 'refused',
          calls: 'compute.operationsOn',
          says: 'forbidden',
          share: 1,
          fromMs: 60 * MINUTE,
          toMs: 123 * MINUTE,
        },
      ],
    },
  },
  {
    name: 'a VM that was given up before its limit has used up the time of its command',
    file: engine('run/interruption'),
    from: "if (Date.parse(attempt.vm.fencedAt ?? '') < limitMs) return false;",
    to: '',
    shownBy: {
      run: usedUp,
      faults: [
        hung,
        {
          kind: 'refused',
          calls: 'resultsBucket.create',
          says: 'rate limit',
          share: 1,
          fromMs: 5 * MINUTE,
          toMs: 200 * MINUTE,
        },
      ],
    },
  },
  {
    name: 'a disk that nobody may delete counts as gone',
    file: effects('vm/delete-vm'),
    from: 'return deleteDisk(target, compute);',
    to: 'return deleteDisk(target, compute).catch(() => true);',
    shownBy: {
      run: { queueLimitSeconds: 3600 },
      faults: [
        { kind: 'zone-stocked-out', what: '*', fromMs: 0, toMs: 40 * MINUTE },
        { kind: 'refused', calls: 'compute.deleteDisk', says: 'forbidden', share: 1, fromMs: 0, toMs: 60 * MINUTE },
      ],
    },
  },
  {
    name: "a VM of an attempt's name counts as its VM, whatever zone it is in",
    file: engine('orphans'),
    from: 'record.name === name && record.zone === zone;',
    to: 'record.name === name;',
    shownBy: { run: busy, faults: [{ ...namesake, atMs: 2 * MINUTE }] },
  },
  {
    name: 'a VM of its name in another zone hides that an attempt has lost its own',
    file: engine('vm/match'),
    from: 'listed.find(({ name, zone }) => name === vm.name && zone === vm.zone);',
    to: 'listed.find(({ name }) => name === vm.name);',
    shownBy: {
      run: busy,
      faults: [
        { ...namesake, atMs: 2 * MINUTE },
        { kind: 'preempt', run: RUN, attempt: 1, afterMs: 5 * MINUTE },
        { kind: 'delete-lies', what: '', fromMs: 0, toMs: 20 * MINUTE },
      ],
    },
  },
  {
    name: 'a list of which a page failed counts as one that shows nothing',
    file: 'functions/src/sweep/sweep.ts',
    from: 'const list = await context.compute.list();',
    to: 'const list = await context.compute.list().catch(() => ({ vms: [], disks: [], gaps: [] }));',
    shownBy: { faults: [...orphans, inPages] },
  },
  {
    name: 'what a zone that went out between two pages does not show is not there',
    file: 'functions/src/sweep/inventory.ts',
    from: 'isWhole: (zone) => !unlisted.has(zone),',
    to: 'isWhole: () => true,',
    shownBy: { faults: [...orphans, inPages] },
  },
  {
    name: 'a run is removed with the first page of its objects',
    file: effects('delete-document'),
    from: 'await resultsBucket.removeAll(kind.objectsOf(id));',
    to: 'await resultsBucket.removeAll(kind.objectsOf(id)).catch(() => {});',
    shownBy: {
      run: { files: 4 },
      faults: [
        inPages,
        { kind: 'said', says: 'remove', run: RUN, atMs: 20 * MINUTE },
        { kind: 'call', name: 'resultsBucket.removeAll', nth: 2, how: 'fail-before', ms: 0 },
      ],
    },
  },
];
