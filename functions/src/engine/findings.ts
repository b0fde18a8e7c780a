// Reads a plan as findings: each says what is not as it should be, and what mends it. Pure.
import { type Finding, type StoredDeadLetter, type SweepReport, counted } from '@mymlops/protocol';

export interface Examined {
  /** Of a sweep that changed nothing. */
  report: SweepReport;
  /** Of the last real one. */
  last: SweepReport | undefined;
  /** `left`: machines of a run that has ended which are not proven gone. */
  stuck: { run: string; since: string; left: { vm: string; zone: string }[] }[];
  /** Disks with our label in use by a VM without it, as zone/name. */
  takenOver: string[];
  deadLetters: StoredDeadLetter[];
  nowMs: number;
  /** How long somebody has been awake who could sweep. */
  awakeMs: number;
  isLocal: boolean;
}

const MAX_SWEEP_AGE_MS = 3 * 60_000;

/** Places with details for the reader: in Google's console, or in the state folder of this computer's cloud. */
interface Places {
  log: (of: 'request' | 'sweep') => string;
  sweeper: string;
  machine: (vm: string) => string;
}

const ON_GOOGLE: Places = {
  log: (of) => `the log of the ${of} function`,
  sweeper: 'Look at the scheduler job and at the log of the sweep function.',
  machine: (vm) =>
    `Delete the VM and the disk ${vm} in the console if they are there, and detach the disk from any other VM`,
};
const LOCAL_LOG = 'log.jsonl in the folder that `mymlops-client local status` names';
const HERE: Places = {
  log: () => LOCAL_LOG,
  sweeper: `Start the local cloud anew: mymlops-client local down && mymlops-client local up. The reason is in ${LOCAL_LOG}.`,
  machine: () => 'Start the local cloud anew: mymlops-client local down && mymlops-client local up',
};

/** None: clean. */
export function findingsIn(examined: Examined): Finding[] {
  const { report, stuck } = examined;
  const places = examined.isLocal ? HERE : ON_GOOGLE;
  const suspects = new Set(report.suspects);
  return [
    ...report.reaped.filter((name) => !suspects.has(name)).map((name) => unwanted(name, places)),
    ...report.suspects.map(suspicious),
    ...examined.takenOver.map(takenOver),
    ...stuck.flatMap((one) => stuckRun(one, places)),
    ...report.freed.map((run) => ({
      subject: `run ${run}`,
      problem: 'holds or waits for a place in max_parallel and is not live',
      remedy: 'The next sweep gives the place back; `mymlops-client sweep` does it now.',
    })),
    ...examined.deadLetters.flatMap(deadLetter),
    ...report.failures.map((failure) => ({
      subject: 'this look at the deployment',
      problem: `was not complete: ${failure}`,
      remedy: `Run \`mymlops-client doctor\` again; what stays is in ${places.log('sweep')}.`,
    })),
    ...lastSweep(examined, places),
  ];
}

const takenOver = (name: string): Finding => ({
  subject: name,
  problem: 'is a disk of this deployment in use by a VM without its label mymlops-deployment, which sweeps leave alone',
  remedy:
    'If the VM is to stay, take the label off the disk as well; if not, put it back on the VM or delete the VM: it bills until its time limit.',
});

function stuckRun({ run, since, left }: Examined['stuck'][number], places: Places): Finding[] {
  const subject = `run ${run}`;
  if (left.length === 0) {
    const problem = `has something to do and has not changed since ${since}`;
    return [
      {
        subject,
        problem,
        remedy: `Look at ${places.log('request')}; \`mymlops-client cancel ${run}\` ends the run.`,
      },
    ];
  }
  return left.map(({ vm, zone }) => ({
    subject,
    problem: `has ended, but its machine ${vm} in ${zone} is not proven gone since ${since}: it may still ${places === HERE ? 'run' : 'bill'}, and keeps the run's place in max_parallel`,
    remedy: `The reason is in ${places.log('request')}. ${places.machine(vm)}; the run is done when Compute Engine answers for ${zone} that they are gone. Until then the VM ends at its time limit, and the place is free an hour later.`,
  }));
}

const unwanted = (name: string, places: Places): Finding => ({
  subject: name,
  problem: 'is there although its run does not want it any more',
  remedy: `The next sweep deletes it; where it stays for 15 minutes, look at ${places.log('request')}.`,
});

const suspicious = (name: string): Finding => ({
  subject: name,
  problem: "carries this deployment's label and no run explains it",
  remedy: 'Sweeps delete it ten minutes after they first saw it; to keep it, take the label mymlops-deployment off.',
});

function deadLetter({ id, outcome, topic, run, cause }: StoredDeadLetter): Finding[] {
  if (outcome !== 'shown') return [];
  const whose = run === undefined ? '' : ` of run ${run}`;
  return [
    {
      subject: `dead letter ${id}`,
      problem: `a message${whose} on ${topic} could not be handled: ${cause ?? 'the cause is not known'}`,
      remedy: `Read its text in the document dead-letters/${id}; it is no longer shown a day after it was drained.`,
    },
  ];
}

function lastSweep({ last, nowMs, awakeMs, report, isLocal }: Examined, { sweeper, log }: Places): Finding[] {
  const subject = 'the sweep';
  const isNeeded = !isLocal || report.liveRuns + report.vms + report.disks > 0;
  const isOld = Math.min(last ? nowMs - Date.parse(last.at) : awakeMs, awakeMs) > MAX_SWEEP_AGE_MS;
  const problem = last ? `has not run since ${last.at}` : 'has never run';
  const old = isOld && isNeeded ? [{ subject, problem, remedy: sweeper }] : [];
  const failures = last?.failures ?? [];
  return [
    ...old,
    ...failures.map((failure) => ({
      subject,
      problem: `failed in part: ${failure}`,
      remedy: `Look at ${log('sweep')}.`,
    })),
  ];
}

/** What was compared, whatever came out. */
export function proofOf({ report, last, deadLetters, nowMs }: Examined): string[] {
  const stray = new Set([...report.reaped, ...report.suspects]).size;
  return [
    `${counted(report.vms, 'VM')} and ${counted(report.disks, 'disk')}, ${stray === 0 ? 'each wanted by its run' : `${stray} of them by no run`}`,
    `${counted(report.liveRuns, 'live run')}, ${report.advanced.length} with something to do`,
    counted(report.suspects.length, 'suspect'),
    `${counted(report.freed.length, 'place')} in limits held by nobody`,
    `${counted(deadLetters.length, 'dead letter')} in a day`,
    last ? ageOf(last.at, nowMs) : 'no sweep yet',
  ];
}

function ageOf(at: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(at)) / 1000);
  return seconds < 0 ? `last sweep at ${at}, by a clock that was set back since` : `last sweep ${seconds} s ago`;
}
