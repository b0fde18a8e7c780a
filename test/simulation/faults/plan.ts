// What is to happen in a history: runs, and faults, each a line of its own that can be left out.
import type { FunctionName } from '@mymlops/protocol';

const MINUTE = 60_000;

/** What the command of a run really does; nobody in the deployment knows. */
export interface Command {
  durationMs: number;
  exit: number;
  /** A cell holds an error output. */
  hasError: boolean;
  failsInSetup: boolean;
  /** How a notebook differs from one of which all cells ran, mostly where the command hides why: it exits with 0. */
  leaves?: (typeof LEFT)[number];
}

/**
 * `unexecuted`: cells that nobody ran. `exit`: one ended the notebook on purpose before them. `dead kernel`: papermill calls them
 * completed all the same. `marked`: all ran, and papermill marks the notebook as failed. `announced`: all ran, one to an error that
 * it announces. `announced exit`: the error is a clean exit, and later cells did not run.
 */
export const LEFT = ['unexecuted', 'exit', 'dead kernel', 'marked', 'announced', 'announced exit'] as const;

export interface PlannedRun {
  id: string;
  commitAtMs: number;
  command: Command;
  hasOutput: boolean;
  /** The output repository refuses its push. */
  pushFails?: boolean;
  keepSeconds: number;
  maxRunSeconds: number;
  /** Waiting for capacity. */
  queueLimitSeconds: number;
  provisioning: 'spot' | 'standard' | 'spot_then_standard';
  cancelAtMs?: number;
  /** Runs of its profile that may have a VM. */
  profileMax?: number;
  /** Its agent saves the log every minute. */
  talks?: boolean;
  /** The run that it is another try of. */
  retryOf?: string;
  /** Its command keeps a checkpoint every minute, and goes on from one. */
  checkpoints?: boolean;
  /** As another try it begins with the newest checkpoint that there is at its commit. */
  resumes?: boolean;
  /** Artifacts: each takes seconds to upload. */
  files?: number;
}

/** `freeze`: the process stands still for minutes, before the call takes effect or before its answer is read. */
export const HOWS = [
  'crash-before',
  'crash-after',
  'fail-before',
  'fail-after',
  'freeze-before',
  'freeze-after',
] as const;

/** A call that goes wrong: the `nth` of its name in the whole history. */
export interface CallFault {
  kind: 'call';
  name: string;
  nth: number;
  /** `crash`: the invocation dies there. `fail`: the caller gets an error. `freeze`: it goes on
   * minutes later. */
  how: (typeof HOWS)[number];
  ms: number;
}

/** Something that holds for a while. */
export interface Spell {
  /**
   * `gets-fail`: the zone is listed, and what stands in it cannot be read one by one. `pages`: lists of VMs, disks and
   * operations come in pages, of which the second one may fail; those of documents and objects do so in the whole history.
   * `works`: no fault: the user of the instance does.
   */
  kind:
    | 'zone-stocked-out'
    | 'zone-out'
    | 'gets-fail'
    | 'list-misses'
    | 'pages'
    | 'delete-lies'
    | 'reports-lost'
    | 'bucket-out'
    | 'down'
    | 'works';
  fromMs: number;
  toMs: number;
  /** A zone, a function or nothing; `*`: all of them. */
  what: string;
}

/** Something that befalls the VM of an attempt, so long after it began to run. */
export interface VmFault {
  /**
   * `copy`: another VM with its labels comes, under another name. `exit-then-preempt`: the command is ended by the preemption
   * before anything else on the VM notices it. `replaced`: somebody deletes it and makes another one under its name.
   * `made-again`: somebody deletes it and makes it once more, labels, metadata and all. `unlabelled`: somebody takes the
   * deployment's label off it, which works on; `bare`: every label, and `nameless`: every other label, once its id is known.
   * `suspended`: by somebody, and never resumed. `stopped-by-hand`: in the console; `restarted`: and started again.
   */
  kind:
    | 'preempt'
    | 'die'
    | 'hang'
    | 'reboot'
    | 'deleted-by-hand'
    | 'copy'
    | 'exit-then-preempt'
    | 'replaced'
    | 'made-again'
    | 'unlabelled'
    | 'bare'
    | 'nameless'
    | 'suspended'
    | 'stopped-by-hand'
    | 'restarted';
  run: string;
  /** 0: of every attempt. */
  attempt: number;
  afterMs: number;
}

/**
 * Something that a VM may come back from, so long after it began to run. `host-error`: its host fails. `maintenance`: its host is
 * maintained. `guest-reboot`: somebody on it, or the system itself, reboots.
 */
export interface RestartFault {
  kind: 'host-error' | 'maintenance' | 'guest-reboot';
  /** Empty: the toy's. */
  run: string;
  /** 0: of every attempt. */
  attempt: number;
  afterMs: number;
  /** Somebody has set in the console what Google then does, other than its insert says. */
  byHand?: { automaticRestart?: boolean; onHostMaintenance?: 'MIGRATE' | 'TERMINATE' };
}

/** How an insert of a run goes wrong for good. */
export interface InsertFault {
  kind: 'insert';
  run: string;
  attempt: number;
  code: string;
  message?: string;
  httpStatus?: number;
  /** The call is refused; otherwise its operation fails. */
  isAtOnce?: true;
}

export const LIES = ['outcome', 'stopping', 'failure'] as const;

/** Somebody without the VM's token, or with that of another run's VM, says that an attempt has ended, or that its VM is stopping. */
export interface Forgery {
  kind: 'forgery';
  run: string;
  attempt: number;
  atMs: number;
  says: (typeof LIES)[number];
}

/**
 * `no-time-limit`: Compute Engine drops the time limit of that attempt's VM. `skew`: its clock is wrong by `ms`. `torn`: one of
 * its results cannot be uploaded. `answers-lost`: the bucket does what the VM first asks of each object, and says 503.
 */
export interface Oddity {
  kind: 'no-time-limit' | 'skew' | 'torn' | 'answers-lost';
  run: string;
  attempt: number;
  ms: number;
  /** What is torn: the artifact of that number; the notebook where there is none. */
  artifact?: number;
}

/** A VM with its disk that is not ours, there from the start; it may have the name that one of ours would get. */
export interface Foreign {
  kind: 'foreign';
  zone: string;
  name: string;
  whose: keyof typeof FOREIGN_LABELS;
}

/** With what a foreign VM is labelled: another deployment's, the Python tool's, nobody's. */
export const FOREIGN_LABELS = {
  'another deployment': { 'mymlops-deployment': 'other', mymlops: 'commit' },
  'the Python tool': { mymlops: 'commit' },
  nobody: {},
};

/** Something with our label that no run knows. */
export interface Orphan {
  kind: 'orphan';
  what: 'vm' | 'disk';
  zone: string;
  atMs: number;
}

/**
 * A VM or disk with the name of an attempt's, in a zone where the deployment has not put it. `labels`: those of the attempt,
 * the deployment's alone, or none. `boots`: it was made of the attempt's VM, metadata and all, so that an agent runs on it.
 */
export interface Namesake {
  kind: 'namesake';
  what: 'vm' | 'disk';
  run: string;
  attempt: number;
  labels: 'all' | 'deployment' | 'none';
  boots?: true;
  atMs: number;
}

/** From the start: a run that is gone holds a slot of the deployment. Somebody has deleted its document in the console. */
export interface HeldSlot {
  kind: 'held-slot';
}

/**
 * A message that must change nothing of an existing run, the user's `rm`, which must change nothing of a live one, and a
 * question for what the next sweep would do. `free-slot`: an old request for the slot of a run that was not live.
 */
export interface Said {
  kind: 'said';
  says: (typeof SAYINGS)[number] | 'plan' | 'free-slot';
  run: string;
  atMs: number;
}

export const BY_HAND = [
  'start by hand',
  'start again by hand',
  'change limit',
  'drop limit',
  'lose limit',
  'delete by hand',
] as const;

/** Of random plans. */
export const SAYINGS = ['garbage', 'malformed commit', 'another commit', 'malformed report', 'reap', 'remove'] as const;

/**
 * The user of a toy (fakes/toy-kind.ts) requests something, or does something to its newest VM in the console. `number`: of the
 * start or stop, counted from 1; of a replacement, the VM that is replaced. `start again by hand`: a VM that is on is stopped and
 * started. `change limit`, `drop limit`: of a VM that is off, to a minute, or to none. `lose limit`: Compute Engine drops what it
 * is told from then on. `delete by hand`: the VM, whose disk stays.
 */
export interface ToyAct {
  kind: 'toy';
  does: 'start' | 'stop' | 'replace' | 'delete' | (typeof BY_HAND)[number];
  number: number;
  atMs: number;
}

export const INSTANCE_ACTS_BY_HAND = [
  'start by hand',
  'stop by hand',
  'power off',
  'preempt',
  'reboot',
  'hang',
  'delete by hand',
  'delete with its disk',
] as const;

/**
 * The user of the instance requests something, or somebody does something to its VM: in the console, or on the VM itself (`power
 * off`, `reboot`). `minutes`: of an extension.
 */
export interface InstanceAct {
  kind: 'instance';
  does: 'start' | 'stop' | 'extend' | 'delete' | (typeof INSTANCE_ACTS_BY_HAND)[number];
  atMs: number;
  minutes?: number;
}

/**
 * Google says no to calls for a while: to those of one name, or to all whose names begin so (`compute.`). `forbidden`: somebody
 * has taken a right away. `rate limit`: too many calls a minute. `quota`: a day's calls, or machines, are used up. `contention`:
 * Firestore aborts calls.
 */
export interface Refusal {
  kind: 'refused';
  calls: string;
  /** Of one function alone: each has an account of its own. Absent: of all three. */
  of?: FunctionName;
  says: 'forbidden' | 'rate limit' | 'quota' | 'contention';
  /** Of the calls. */
  share: number;
  fromMs: number;
  toMs: number;
}

export type Fault =
  | ToyAct
  | InstanceAct
  | CallFault
  | Spell
  | Refusal
  | VmFault
  | RestartFault
  | InsertFault
  | Forgery
  | Oddity
  | Foreign
  | Orphan
  | Namesake
  | HeldSlot
  | Said;

export interface Plan {
  seed: number;
  zones: string[];
  maxParallel: number;
  /** Of every message: so often it comes twice. */
  duplicates: number;
  /** Of every message: so often no delivery gets through, and it is dead-lettered. */
  poison: number;
  /** Of every message: so often it comes hours later. */
  late?: number;
  runs: PlannedRun[];
  faults: Fault[];
}

/** Common faults are over by then; rare ones may last for hours more. */
export const FAULTS_END_MS = 150 * MINUTE;
/** Longer than any history. */
export const FOREVER_MS = 30 * 24 * 60 * MINUTE;
