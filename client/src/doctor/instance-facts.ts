// The fields that a bundle keeps of an interactive instance. No text that a user can write is among them: no name of the instance or of
// a service, no commands, variables, details of a signal, messages or addresses of people. Its uid was chosen by chance.
import { INSTANCE_PHASES, INSTANCE_STATES, isInstanceUid, SIGNALS, STOP_REASONS } from '@mymlops/protocol';
import { cloudName, count, fields, flag, isNumber, type Keep, listOf, mapOf, oneOf, time, valuesOf } from './keep';
import { capacityFacts, machineFacts, reason, slotFacts, stopping, vmFacts } from './vm-facts';

const MOST_SERVICES = 10;

const uid: Keep = (value) => (typeof value === 'string' && isInstanceUid(value) ? value : undefined);
const signal = oneOf(SIGNALS);
const stopReason = oneOf(STOP_REASONS);
const signals = fields(
  Object.fromEntries(
    SIGNALS.map((name) => [name, fields({ says: oneOf(['busy', 'idle', 'absent', 'unknown']), idleSeconds: count })]),
  ),
);
const verdict = fields({ says: oneOf(['idle', 'busy', 'unknown', 'recent', 'silent']), seconds: count, signal });

/** As a report says it. */
const reportState = fields({
  phase: oneOf(INSTANCE_PHASES),
  phases: fields(Object.fromEntries(INSTANCE_PHASES.map((name) => [name, time]))),
  failure: fields({ reason }),
  services: valuesOf(
    fields({ state: oneOf(['starting', 'ready', 'down']), restarts: count }),
    MOST_SERVICES,
    () => ({}),
  ),
  signals,
  answer: fields({ proposal: count, says: oneOf(['vetoed', 'going']), signal }),
  alone: flag,
  stopping,
});

/** For the document `instances/{name}`. */
export const instanceFacts = fields({
  uid,
  status: oneOf(INSTANCE_STATES),
  reason: stopReason,
  createdAt: time,
  startedAt: time,
  stopsAt: time,
  stoppedAt: time,
  zone: cloudName,
  machine: cloudName,
  live: flag,
  spec: fields({
    machine: machineFacts,
    services: listOf(fields({ port: count }), MOST_SERVICES),
    idleSeconds: count,
    softStopSeconds: count,
    maxSeconds: count,
  }),
  started: count,
  wait: fields({ since: time, seconds: count }),
  stopped: count,
  current: count,
  vmCount: count,
  givenUp: count,
  until: fields({ period: count, at: time }),
  stop: fields({ period: count, reason: stopReason, at: time, verdict, signals }),
  proposal: fields({ period: count, number: count, at: time, verdict }),
  told: fields({ period: count, at: time, stopsAt: time, proposal: count }),
  deletion: fields({ at: time }),
  deletedAt: time,
  earlier: listOf(uid, 20),
  vms: mapOf(isNumber, vmFacts(reportState)),
  capacity: capacityFacts,
  slots: slotFacts,
  removing: fields({ at: time }),
});
