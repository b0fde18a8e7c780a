// The fields that a bundle keeps of a run, of its attempts and of the reports of its VMs. No text that a user, a notebook or a
// command can write is among them: no notes, names of files, parameters, variables, messages or addresses of people.
import { isRunId, PHASES, STATUSES } from '@mymlops/protocol';
import { cloudName, count, fields, flag, isNumber, type Keep, mapOf, oneOf, time } from './keep';
import { capacityFacts, cause, machineFacts, reason, slotFacts, stopping, vmFacts, writer } from './vm-facts';

/** A build's id has the same form. */
export const runId: Keep = (value) => (typeof value === 'string' && isRunId(value) ? value : undefined);

const phase = oneOf(PHASES);

/** As a report says it, in a run's document and in the document of an event. */
const reportState = fields({
  phase,
  phases: fields(Object.fromEntries(PHASES.map((name) => [name, time]))),
  cells: count,
  command: fields({ exit: count, timedOut: flag, finishedAt: time }),
  failure: fields({ reason }),
  outcome: flag,
  stopping,
});

const attempt = fields({
  vm: vmFacts(reportState),
  outcome: fields({
    startedAt: time,
    finishedAt: time,
    savedAt: time,
    exit: count,
    timedOut: flag,
    failure: fields({ reason }),
    missing: count,
  }),
  outcomeAbsentAt: time,
  resultSentAt: time,
  givenUp: fields({ at: time, reason, cause }),
});

/** For the document `runs/{run}`. */
export const runFacts = fields({
  status: oneOf(STATUSES),
  reason,
  phase,
  submittedAt: time,
  acceptedAt: time,
  startedAt: time,
  finishedAt: time,
  keptUntil: time,
  cleanedAt: time,
  zone: cloudName,
  machine: cloudName,
  attempt: count,
  retryOf: runId,
  live: flag,
  request: fields({
    machine: machineFacts,
    maxRunSeconds: count,
    queueLimitSeconds: count,
  }),
  cancel: fields({ at: time }),
  removing: fields({ at: time }),
  attempts: mapOf(isNumber, attempt),
  archive: fields({ archived: count }),
  capacity: capacityFacts,
  slots: slotFacts,
  end: fields({ status: oneOf(['succeeded', 'failed', 'cancelled']), reason, attempt: count, at: time }),
  results: fields({
    attempt: count,
    files: count,
    bytes: count,
    unread: oneOf(['gone', 'not-uploaded', 'too-large', 'broken']),
  }),
  publication: fields({ state: oneOf(['pending', 'done', 'failed']), at: time }),
});

/** For the document `runs/{run}/events/{id}`. */
export const eventFacts = fields({
  attempt: count,
  writer,
  seq: count,
  sentAt: time,
  receivedAt: time,
  state: reportState,
});
