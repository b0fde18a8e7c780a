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
  isLocal: boolean;
}

const MAX_SWEEP_AGE_MS = 3 * 60_000;

/** None: clean. */
export function findingsIn(examined: Examined): Finding[] {
  const { report, stuck } = examined;
  const suspects = new Set(report.suspects);
  return [
    ...report.reaped.filter((name) => !suspects.has(name)).map(unwanted),
    ...report.suspects.map(suspicious),
    ...examined.takenOver.map(takenOver),
    ...stuck.flatMap(stuckRun),
    ...report.freed.map((run) => ({
      subject: `run ${run}`,
      problem: 'holds or waits for a place in max_parallel and is not live',
      remedy: 'The next sweep gives the place back; `mymlops-client sweep` does it now.',
    })),
    ...examined.deadLetters.flatMap(deadLetter),
    ...report.failures.map((failure) => ({
      subject: 'this look at the deployment',
      problem: `was not complete: ${failure}`,
      remedy: 'Run `mymlops-client doctor` again; what stays is in the log of the sweep function.',
    })),
    ...lastSweep(examined),
  ];
}

const takenOver = (name: string): Finding => ({
  subject: name,
  problem: 'is a disk of this deployment in use by a VM without its label mymlops-deployment, which sweeps leave alone',
  remedy:
    'If the VM is to stay, take the label off the disk as well; if not, put it back on the VM or delete the VM: it bills until its time limit.',
});

function stuckRun({ run, since, left }: Examined['stuck'][number]): Finding[] {
  const subject = `run ${run}`;
  if (left.length === 0) {
    const problem = `has something to do and has not changed since ${since}`;
    return [
      {
        subject,
        problem,
        remedy: `Look at the log of the request function; \`mymlops-client cancel ${run}\` ends the run.`,
      },
    ];
  }
  return left.map(({ vm, zone }) => ({
    subject,
    problem: `has ended, but its machine ${vm} in ${zone} is not proven gone since ${since}: it may still bill, and keeps the run's place in max_parallel`,
    remedy: `The log of the request function says why. Delete the VM and the disk ${vm} in the console if they are there, and detach the disk from any other VM; the run is done when Compute Engine answers for ${zone} that they are not. Until then Google ends the VM at its time limit, and the place is free an hour later.`,
  }));
}

const unwanted = (name: string): Finding => ({
  subject: name,
  problem: 'is there although its run does not want it any more',
  remedy: 'The next sweep deletes it; where it stays for 15 minutes, look at the log of the request function.',
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

function lastSweep({ last, nowMs, report, isLocal }: Examined): Finding[] {
  const subject = 'the sweep';
  const isNeeded = !isLocal || report.liveRuns + report.vms + report.disks > 0;
  const remedy = 'Look at the scheduler job and at the log of the sweep function.';
  if (!last) return isNeeded ? [{ subject, problem: 'has never run', remedy }] : [];
  const isOld = nowMs - Date.parse(last.at) > MAX_SWEEP_AGE_MS;
  const old = isOld && isNeeded ? [{ subject, problem: `has not run since ${last.at}`, remedy }] : [];
  const failed = last.failures.map((failure) => ({ subject, problem: `failed in part: ${failure}`, remedy }));
  return [...old, ...failed];
}

/** What was compared, whatever came out. */
export function proofOf({ report, last, deadLetters, nowMs }: Examined): string[] {
  const stray = new Set([...report.reaped, ...report.suspects]).size;
  const age = last ? `last sweep ${Math.round((nowMs - Date.parse(last.at)) / 1000)} s ago` : 'no sweep yet';
  return [
    `${counted(report.vms, 'VM')} and ${counted(report.disks, 'disk')}, ${stray === 0 ? 'each wanted by its run' : `${stray} of them by no run`}`,
    `${counted(report.liveRuns, 'live run')}, ${report.advanced.length} with something to do`,
    counted(report.suspects.length, 'suspect'),
    `${counted(report.freed.length, 'place')} in limits held by nobody`,
    `${counted(deadLetters.length, 'dead letter')} in a day`,
    age,
  ];
}
