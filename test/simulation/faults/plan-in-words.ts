// A plan in plain words.
import type { Fault, Plan, PlannedRun } from './plan';

export function storyOf({ seed, zones, maxParallel, duplicates, poison, late = 0, runs, faults }: Plan): string {
  const often = duplicates === 0 ? '' : `; ${Math.round(duplicates * 100)} % of the messages come twice`;
  const never = poison === 0 ? '' : `; ${Math.round(poison * 100)} % are dead-lettered`;
  const later = late === 0 ? '' : `; ${Math.round(late * 100)} % come hours later`;
  return [
    `Seed ${seed}: ${zones.join(', ')}; ${maxParallel} runs at a time${often}${never}${later}.`,
    ...runs.map(runText),
    ...faults.map((fault) => `- ${faultText(fault)}`),
  ].join('\n');
}

const minutes = (ms: number): string => `minute ${Math.round(ms / 6000) / 10}`;

function runText(run: PlannedRun): string {
  const {
    id,
    commitAtMs,
    cancelAtMs,
    command,
    hasOutput,
    pushFails,
    keepSeconds,
    provisioning,
    profileMax,
    talks,
    retryOf,
    checkpoints,
    resumes,
    files = 0,
  } = run;
  const { durationMs, exit, hasError, failsInSetup, leaves } = command;
  const parts = [
    `committed at ${minutes(commitAtMs)}`,
    failsInSetup ? 'its setup fails' : `runs ${durationMs / 60_000} min and exits with ${exit}`,
    ...(hasError ? ['a cell holds an error'] : []),
    ...(leaves ? [`its notebook shows: ${leaves}`] : []),
    ...(hasOutput ? [pushFails ? 'its push is refused' : 'is pushed'] : []),
    ...(keepSeconds > 0 ? [`kept for ${keepSeconds} s`] : []),
    provisioning,
    ...(profileMax === undefined ? [] : [`one of ${profileMax} of its profile`]),
    ...(talks ? ['its log is saved every minute'] : []),
    ...(checkpoints ? ['keeps checkpoints'] : []),
    ...(files > 0 ? [`leaves ${files} artifacts`] : []),
    ...(retryOf === undefined ? [] : [`another try of ${retryOf.slice(-4)}${resumes ? ' from its checkpoint' : ''}`]),
    ...(cancelAtMs === undefined ? [] : [`cancelled at ${minutes(cancelAtMs)}`]),
  ];
  return `Run ${id.slice(-4)}: ${parts.join(', ')}.`;
}

function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'call': {
      const how = fault.how.startsWith('freeze') ? `${fault.how} for ${fault.ms / 1000} s` : fault.how;
      return `call ${fault.nth} of ${fault.name}: ${how}`;
    }
    case 'forgery':
      return `a forged report for attempt ${fault.attempt} of run ${fault.run.slice(-4)} says ${fault.says} at ${minutes(fault.atMs)}`;
    case 'insert':
      return `the insert of attempt ${fault.attempt} of run ${fault.run.slice(-4)} fails ${fault.isAtOnce ? 'at once ' : ''}with ${[fault.httpStatus, fault.code, fault.message].filter((word) => word !== undefined).join(' ')}`;
    case 'preempt':
    case 'die':
    case 'hang':
    case 'reboot':
    case 'deleted-by-hand':
    case 'copy':
    case 'exit-then-preempt':
    case 'replaced':
    case 'made-again':
    case 'unlabelled':
    case 'bare':
    case 'nameless':
    case 'suspended':
    case 'stopped-by-hand':
    case 'restarted':
      return `the VM of attempt ${fault.attempt || 'any'} of run ${fault.run.slice(-4)}: ${fault.kind} after ${fault.afterMs / 1000} s`;
    case 'host-error':
    case 'maintenance':
    case 'guest-reboot': {
      const { automaticRestart, onHostMaintenance } = fault.byHand ?? {};
      const whose = fault.run === '' ? 'the toy' : `attempt ${fault.attempt || 'any'} of run ${fault.run.slice(-4)}`;
      const set = [
        ...(automaticRestart === undefined ? [] : [`automaticRestart ${automaticRestart}`]),
        ...(onHostMaintenance === undefined ? [] : [onHostMaintenance]),
      ];
      const byHand = set.length === 0 ? '' : `, set to ${set.join(' and ')} by hand`;
      return `the VM of ${whose}${byHand}: ${fault.kind} after ${fault.afterMs / 1000} s`;
    }
    case 'no-time-limit':
      return `the VM of attempt ${fault.attempt} of run ${fault.run.slice(-4)} gets no time limit`;
    case 'skew':
      return `the clock of the VM of attempt ${fault.attempt} of run ${fault.run.slice(-4)} is ${fault.ms / 60_000} min ahead`;
    case 'torn':
      return `${fault.artifact === undefined ? 'the notebook' : `artifact ${fault.artifact}`} of attempt ${fault.attempt} of run ${fault.run.slice(-4)} cannot be uploaded`;
    case 'answers-lost':
      return `the VM of attempt ${fault.attempt} of run ${fault.run.slice(-4)} does not get the bucket's first answers`;
    case 'foreign':
      return `a VM ${fault.name} of ${fault.whose} is in ${fault.zone}`;
    case 'orphan':
      return `a ${fault.what} with our label that no run knows comes in ${fault.zone} at ${minutes(fault.atMs)}`;
    case 'namesake': {
      const labels = { all: 'with its labels', deployment: 'with our label alone', none: 'without a label' }[
        fault.labels
      ];
      const whose = `attempt ${fault.attempt} of run ${fault.run.slice(-4)}`;
      return `a ${fault.what} named as that of ${whose} comes in another zone at ${minutes(fault.atMs)}, ${labels}${fault.boots ? ', and boots' : ''}`;
    }
    case 'instance':
      return `instance: ${fault.does}${fault.minutes === undefined ? '' : ` by ${fault.minutes} min`} at ${minutes(fault.atMs)}`;
    case 'toy':
      return `toy: ${fault.does} ${fault.number} at ${minutes(fault.atMs)}`;
    case 'refused': {
      const which = fault.calls.endsWith('.') ? `each ${fault.calls}*` : fault.calls;
      const whose = fault.of === undefined ? '' : ` to ${fault.of}`;
      const often = fault.share < 1 ? `${Math.round(fault.share * 100)} % of ` : '';
      return `${often}${which} refused${whose} (${fault.says}) from ${minutes(fault.fromMs)} to ${minutes(fault.toMs)}`;
    }
    case 'held-slot':
      return 'a run that is gone holds a slot of the deployment';
    case 'said':
      return `somebody sends for run ${fault.run.slice(-4)} at ${minutes(fault.atMs)}: ${fault.says}`;
    default:
      return `${fault.kind} ${fault.what} from ${minutes(fault.fromMs)} to ${minutes(fault.toMs)}`.replace('  ', ' ');
  }
}
