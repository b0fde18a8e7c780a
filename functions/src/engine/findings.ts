// Reads a plan as findings: each says what is wrong and how to fix it. Pure.
import {
  counted,
  INSTANCE_KIND,
  titleOf,
  type DocumentRef,
  type Finding,
  type StoredDeadLetter,
  type SweepReport,
} from '@mymlops/protocol';

export interface Examined {
  /** The report of a sweep that changed nothing. */
  report: SweepReport;
  /** The report of the last real sweep. */
  last: SweepReport | undefined;
  /** `left`: VMs of a document that has ended which are not proven gone. `endCommand`: with which its user ends it. */
  stuck: { document: DocumentRef; endCommand: string; since: string; left: LeftVm[] }[];
  /** Disks with our label in use by a VM without it, as zone/name. */
  takenOver: string[];
  deadLetters: StoredDeadLetter[];
  nowMs: number;
  /** How long a process that sweeps has been awake. */
  awakeMs: number;
  isLocal: boolean;
  hasAlerts: boolean;
}

interface LeftVm {
  name: string;
  zone: string;
  /** Compute Engine made it without its time limit. */
  isUnlimited?: boolean;
}

const MAX_SWEEP_AGE_MS = 3 * 60_000;

/** Places with details for the reader: in Google's console, or in the state folder of this computer's cloud. */
interface Places {
  /** With which somebody deletes a disk or a VM, named zone/name. */
  removal: (name: string) => string;
  log: (of: 'request' | 'sweep') => string;
  sweeper: string;
  deletion: (vm: string) => string;
}

const ON_GOOGLE: Places = {
  removal: (name) => {
    const [zone, of] = name.split('/');
    return `\`gcloud compute disks delete ${of} --zone ${zone}\`, and before it, if a VM has it, \`gcloud compute instances delete ${of} --zone ${zone}\``;
  },
  log: (of) => `the log of the ${of} function`,
  sweeper: 'Check the scheduler job and the log of the sweep function.',
  deletion: (vm) =>
    `If the VM or the disk ${vm} still exists, delete it in the console, and detach the disk from any other VM`,
};
const LOCAL_LOG = 'log.jsonl in the folder that `mymlops-client local status` names';
const RESTART = 'mymlops-client local down && mymlops-client local up';
const HERE: Places = {
  removal: () => '`mymlops-client local reset`, which deletes all else of the local cloud, too',
  log: () => LOCAL_LOG,
  sweeper: `Restart the local cloud: ${RESTART}. The reason is in ${LOCAL_LOG}.`,
  deletion: () => `Restart the local cloud: ${RESTART}`,
};

/** None: clean. */
export function findingsIn(examined: Examined): Finding[] {
  const { report, stuck } = examined;
  const places = examined.isLocal ? HERE : ON_GOOGLE;
  const orphans = new Set(report.orphans);
  return [
    ...report.reaped.filter((name) => !orphans.has(name)).map((name) => unneeded(name, places)),
    ...report.orphans.map(orphan),
    ...(report.kept ?? []).map((name) => kept(name, places)),
    ...examined.takenOver.map(takenOver),
    ...stuck.flatMap((one) => stuckDocument(one, places)),
    ...report.freed.map((document) => ({
      ...{ subject: titleOf(document), document },
      problem: `is not live, but holds or waits for a ${limitOf(document)} slot`,
      remedy: 'The next sweep releases the slot; `mymlops-client sweep` does it now.',
    })),
    ...examined.deadLetters.flatMap(deadLetter),
    ...report.failures.map((failure) => ({
      subject: 'this check of the deployment',
      problem: `was not complete: ${failure}`,
      remedy: `Run \`mymlops-client doctor\` again. If the problem stays, see ${places.log('sweep')}.`,
    })),
    ...lastSweep(examined, places),
  ];
}

/** The setting that limits how many of its kind have a VM at a time. */
const limitOf = ({ kind }: DocumentRef): string => (kind === INSTANCE_KIND ? 'max_instances' : 'max_parallel');

const takenOver = (name: string): Finding => ({
  subject: name,
  problem:
    "is a disk with this deployment's label. The VM that uses it lacks the label, so sweeps delete neither of them",
  remedy:
    'To keep the VM, remove the label from the disk as well. Otherwise put the label back on the VM or delete the VM: it costs money until its time limit.',
});

function stuckDocument({ document, endCommand, since, left }: Examined['stuck'][number], places: Places): Finding[] {
  const subject = titleOf(document);
  if (left.length === 0) {
    const problem = `has pending work and has not changed since ${since}`;
    return [
      {
        ...{ subject, document, problem },
        remedy: `See ${places.log('request')}; \`${endCommand}\` ends the ${document.kind}.`,
      },
    ];
  }
  return left.map(({ name, zone, isUnlimited }) => ({
    ...{ subject, document },
    problem: `has ended, but VM ${name} in ${zone} has not been confirmed deleted since ${since}. It may still ${places === HERE ? 'run' : 'cost money'} and holds a ${limitOf(document)} slot`,
    remedy: `The reason is in ${places.log('request')}. ${places.deletion(name)}. ${isUnlimited ? UNLIMITED : LIMITED}`,
  }));
}

const LIMITED = 'The VM ends at its time limit at the latest; its slot is released an hour later.';
const UNLIMITED = 'The VM has no time limit: it runs, and holds its slot, until it is deleted.';

const unneeded = (name: string, places: Places): Finding => ({
  subject: name,
  problem: 'still exists, but is no longer needed',
  remedy: `The next sweep deletes it. If it is still there after 15 minutes, see ${places.log('request')}.`,
});

const orphan = (name: string): Finding => ({
  subject: name,
  problem: "has this deployment's label but belongs to nothing in its history",
  remedy: 'Sweeps delete it ten minutes after they first saw it. To keep it, remove its label mymlops-deployment.',
});

const kept = (name: string, { removal }: Places): Finding => ({
  subject: name,
  problem: "belongs to no instance in the history, and may hold a user's work: no sweep deletes it",
  remedy: `Delete it if nobody needs it: ${removal(name)}.`,
});

function deadLetter({ id, outcome, topic, document, cause }: StoredDeadLetter): Finding[] {
  if (outcome !== 'shown') return [];
  const whose = document ? ` of ${titleOf(document)}` : '';
  return [
    {
      ...{ subject: `dead letter ${id}`, ...(document && { document }) },
      problem: `a message${whose} on ${topic} could not be handled: ${cause ?? 'the cause is not known'}`,
      remedy: `Read its text in the document dead-letters/${id}. It is listed here for one day.`,
    },
  ];
}

function lastSweep({ last, nowMs, awakeMs, report, isLocal }: Examined, { sweeper, log }: Places): Finding[] {
  const subject = 'the sweep';
  const isNeeded = !isLocal || liveIn(report) + report.vms + report.disks > 0;
  const isOld = Math.min(last ? nowMs - Date.parse(last.at) : awakeMs, awakeMs) > MAX_SWEEP_AGE_MS;
  const problem = last ? `has not run since ${last.at}` : 'has never run';
  const old = isOld && isNeeded ? [{ subject, problem, remedy: sweeper }] : [];
  const failures = last?.failures ?? [];
  return [
    ...old,
    ...failures.map((failure) => ({
      subject,
      problem: `failed in part: ${failure}`,
      remedy: `See ${log('sweep')}.`,
    })),
  ];
}

const liveIn = ({ live }: SweepReport): number => Object.values(live).reduce((sum, count) => sum + count, 0);

/** The comparisons that were made, whatever their result. */
export function proofOf({ report, last, deadLetters, nowMs, hasAlerts }: Examined): string[] {
  const stray = new Set([...report.reaped, ...report.orphans, ...(report.kept ?? [])]).size;
  return [
    `${counted(report.vms, 'VM')} and ${counted(report.disks, 'disk')}, ${stray === 0 ? 'all of them needed' : `${stray} of them not needed`}`,
    ...Object.entries(report.live).map(([kind, count]) => counted(count, LIVE[kind] ?? `live ${kind}`)),
    `${report.advanced.length} with pending work`,
    counted(report.orphans.length + (report.kept ?? []).length, 'orphan'),
    `${counted(report.freed.length, 'slot')} without a live holder`,
    `${counted(deadLetters.length, 'dead letter')} in a day`,
    last ? ageOf(last.at, nowMs) : 'no sweep yet',
    ...(hasAlerts
      ? []
      : ['no alerts: nobody gets an email when sweeps stop. Set alert_emails, as with `deploy --set`']),
  ];
}

/** An image does not live: its build does. */
const LIVE: Readonly<Record<string, string>> = { image: 'live image build' };

function ageOf(at: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(at)) / 1000);
  return seconds < 0 ? `last sweep at ${at}, by a clock that was set back since` : `last sweep ${seconds} s ago`;
}
