// What Google does in mid-life: the engine, the effects and the sweep broken so that only that shows it.
import { aRun } from '../faults/quiet-plan';
import type { Fault, VmFault } from '../faults/plan';
import { effects, engine, MINUTE, RUN, type Mutation } from './mutation';

/** Its command has had its time by the end of its VM's, and hangs; nobody is there to see it. */
const usedUp = { provisioning: 'standard', command: { ...aRun.command, durationMs: 5 * MINUTE } } as const;
const away: Fault[] = ['request', 'sweep'].map((what) => ({
  kind: 'down',
  what,
  fromMs: 5 * MINUTE,
  toMs: 120 * MINUTE,
}));
const hung: VmFault = { kind: 'hang', run: RUN, attempt: 1, afterMs: 4 * MINUTE };

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
];
