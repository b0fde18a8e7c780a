// What is to happen in a history: runs, and faults, each a line of its own that can be left out.
import type { Random } from './random';

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
const LEFT = ['unexecuted', 'exit', 'dead kernel', 'marked', 'announced', 'announced exit'] as const;

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
  /** `gets-fail`: the zone is listed, and what stands in it cannot be read one by one. */
  kind: 'zone-dry' | 'zone-out' | 'gets-fail' | 'list-misses' | 'delete-lies' | 'reports-lost' | 'bucket-out' | 'down';
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

/** How an insert of a run goes wrong for good. */
export interface InsertFault {
  kind: 'insert';
  run: string;
  attempt: number;
  code: string;
}

const LIES = ['outcome', 'stopping', 'failure'] as const;

/** Somebody without the VM's token, or with that of another run's VM, says that an attempt has ended, or that its VM is stopping. */
export interface Forgery {
  kind: 'forgery';
  run: string;
  attempt: number;
  atMs: number;
  says: (typeof LIES)[number];
}

/**
 * `unguarded`: Compute Engine drops the time limit of that attempt's VM. `skew`: its clock is wrong by `ms`. `torn`: one of
 * its results cannot be uploaded. `answers-lost`: the bucket does what the VM first asks of each object, and says 503.
 */
export interface Oddity {
  kind: 'unguarded' | 'skew' | 'torn' | 'answers-lost';
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
export interface Stray {
  kind: 'stray';
  what: 'vm' | 'disk';
  zone: string;
  atMs: number;
}

/** From the start: a run that is gone holds a place of the deployment. Somebody has deleted its document in the console. */
export interface HeldPlace {
  kind: 'held-place';
}

/**
 * A message that must change nothing of an existing run, the user's `rm`, which must change nothing of a live one, and a
 * question for what the next sweep would do.
 */
export interface Said {
  kind: 'said';
  says: (typeof SAYINGS)[number] | 'plan';
  run: string;
  atMs: number;
}

/** Of random plans. */
export const SAYINGS = ['garbage', 'malformed commit', 'another commit', 'malformed report', 'reap', 'remove'] as const;

export type Fault = CallFault | Spell | VmFault | InsertFault | Forgery | Oddity | Foreign | Stray | HeldPlace | Said;

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

/** Names of external calls that a fault may hit. */
export const CALLS = [
  'runs.load',
  'runs.create',
  'runs.update',
  'runs.loadLimit',
  'runs.live',
  'cloud.offers',
  'cloud.get',
  'cloud.getDisk',
  'cloud.list',
  'cloud.insert',
  'cloud.awaitOperation',
  'cloud.delete',
  'cloud.deleteDisk',
  'cloud.setMetadata',
  'results.read',
  'results.write',
  'results.create',
  'bus.ask',
  // What acts, and what is conditioned, oftener.
  'cloud.insert',
  'cloud.insert',
  'runs.update',
  'runs.load',
] as const;

const SPELLS = [
  'zone-dry',
  'zone-dry',
  'zone-out',
  'list-misses',
  'delete-lies',
  'reports-lost',
  'reports-lost',
  'bucket-out',
  'down',
  'down',
] as const;
const VM_FAULTS = ['preempt', 'preempt', 'die', 'hang', 'reboot', 'deleted-by-hand'] as const;
const CODES = ['QUOTA_EXCEEDED', 'GPU_STOCKOUT', 'SOMETHING_NEW', 'forbidden'] as const;

/** Common faults are over by then; rare ones may last for hours more. */
export const FAULTS_END_MS = 150 * MINUTE;
/** Longer than any history. */
export const FOREVER_MS = 30 * 24 * 60 * MINUTE;

/** A plan of common faults. */
export function commonPlan(seed: number, random: Random): Plan {
  const zones = ['zone-a', 'zone-b', 'zone-c'].slice(0, random.between('zones', 1, 3));
  const runs = Array.from({ length: random.between('runs', 1, 3) }, (_, index) => plannedRun(random, index));
  return {
    seed,
    zones,
    maxParallel: random.between('max parallel', 1, 3),
    duplicates: random.pick('duplicates', [0, 0.05, 0.3]),
    poison: random.pick('poison', [0, 0, 0.02]),
    runs,
    faults: Array.from({ length: random.between('faults', 0, 9) }, (_, index) => fault(random, index, runs, zones)),
  };
}

function plannedRun(random: Random, index: number): PlannedRun {
  const label = (what: string): string => `run ${index} ${what}`;
  const exit = random.chance(label('fails'), 0.25) ? 1 : 0;
  const commitAtMs = random.between(label('commit'), 0, 20) * MINUTE;
  const isCancelled = random.chance(label('cancelled'), 0.25);
  const hasError = random.chance(label('error'), exit === 1 ? 0.7 : 0.1);
  const leaves = exit === 0 && !hasError && random.chance(label('hides'), 0.15);
  return {
    id: `20261121-100000-000${index}`,
    commitAtMs,
    command: {
      durationMs: random.between(label('duration'), 1, 40) * MINUTE,
      exit,
      hasError,
      failsInSetup: random.chance(label('setup'), 0.1),
      ...(leaves && { leaves: random.pick(label('leaves'), LEFT) }),
    },
    hasOutput: random.chance(label('output'), 0.6),
    keepSeconds: random.chance(label('keep'), 0.15) ? 1800 : 0,
    maxRunSeconds: 45 * 60,
    queueLimitSeconds: random.pick(label('queue'), [20, 60, 120]) * 60,
    provisioning: random.pick(label('provisioning'), ['spot', 'standard', 'spot_then_standard']),
    // Also before its commit: messages overtake each other.
    ...(isCancelled && { cancelAtMs: cancelTime(random, label, commitAtMs) }),
  };
}

/** While its VM is made, or any time. */
function cancelTime(random: Random, label: (what: string) => string, commitAtMs: number): number {
  const isEarly = random.chance(label('cancelled early'), 0.4);
  const seconds = isEarly ? random.between(label('cancel'), -20, 90) : random.between(label('cancel'), -1, 50) * 60;
  return Math.max(0, commitAtMs + seconds * 1000);
}

function fault(random: Random, index: number, runs: PlannedRun[], zones: string[]): Fault {
  const label = (what: string): string => `fault ${index} ${what}`;
  const kind = random.number(label('kind'));
  const run = runs[random.between(label('run'), 0, runs.length - 1)]?.id ?? '';
  const attempt = random.between(label('attempt'), 0, 3);
  if (kind < 0.45) {
    const how = random.pick(label('how'), HOWS);
    const name = random.pick(label('call'), CALLS);
    const ms = random.between(label('ms'), 1, 500) * 1000;
    return { kind: 'call', name, nth: random.between(label('nth'), 1, 12), how, ms };
  }
  if (kind < 0.7) return spell(random, label, zones);
  if (kind < 0.95) {
    const latestSeconds = random.pick(label('when'), [120, 600, 3000]);
    const afterMs = random.between(label('after'), 0, latestSeconds) * 1000;
    const what = random.chance(label('copied'), 0.1) ? 'copy' : random.pick(label('what'), VM_FAULTS);
    return { kind: what, run, attempt, afterMs };
  }
  if (kind < 0.97) {
    const says = random.pick(label('says'), LIES);
    return {
      kind: 'forgery',
      run,
      attempt: Math.max(1, attempt),
      atMs: random.between(label('at'), 1, 60) * MINUTE,
      says,
    };
  }
  return { kind: 'insert', run, attempt: Math.max(1, attempt), code: random.pick(label('code'), CODES) };
}

function spell(random: Random, label: (what: string) => string, zones: string[]): Spell {
  const kind = random.pick(label('spell'), SPELLS);
  const fromMs = random.between(label('from'), 0, 90) * MINUTE;
  const longestMinutes = kind === 'bucket-out' ? 4 : 60;
  const toMs = Math.min(fromMs + random.between(label('long'), 1, longestMinutes) * MINUTE, FAULTS_END_MS);
  const everywhere = kind === 'zone-dry' && random.chance(label('everywhere'), 0.5);
  const zone = zones[random.between(label('zone'), 0, zones.length - 1)] ?? '';
  const ofZone = !kind.startsWith('zone') ? '' : everywhere ? '*' : zone;
  const what = kind === 'down' ? random.pick(label('function'), ['request', 'event', 'sweep']) : ofZone;
  return { kind, fromMs, toMs, what };
}
