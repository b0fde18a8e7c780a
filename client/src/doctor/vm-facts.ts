// The fields that a bundle keeps of a VM, whatever it is for: when it was on, and how that began and ended.
import { REASON_NAMES } from '@mymlops/protocol';
import { cloudName, code, count, fields, flag, isNumber, type Keep, mapOf, oneOf, time, valuesOf } from './keep';

export const reason = oneOf(REASON_NAMES);
export const cause = oneOf(['preempted', 'host', 'time-limit', 'deleted']);
export const writer = oneOf(['agent', 'shutdown']);
/** A key is `<boot>_<writer>`. */
const writerIn = (key: string): object => ({ writer: key.slice(key.lastIndexOf('_') + 1) });
/** A VM boots a few times at most. */
const MOST_REPORTS = 20;

/**
 * The VM of an interactive instance has the name that its user gave the instance. The bundle has the uid instead, which was chosen
 * by chance. All other names of VMs stay as they are.
 */
export const vmName: Keep = (value) => {
  const name = cloudName(value);
  const [, uid, number] = (typeof name === 'string' && /-([a-z0-9]{6})-([1-9]\d{0,5})$/.exec(name)) || [];
  return uid === undefined ? name : `instance-${uid}-${number}`;
};

export const stopping = fields({ preempted: flag, at: time });

/** `reportState`: what a report of its agent says. */
export const vmFacts = (reportState: Keep): Keep =>
  fields({
    name: vmName,
    zone: cloudName,
    machine: cloudName,
    provisioning: oneOf(['spot', 'standard']),
    terminationAction: oneOf(['DELETE', 'STOP']),
    periods: mapOf(isNumber, period(reportState)),
    fencedAt: time,
    goneAt: time,
    diskGoneAt: time,
  });

const period = (reportState: Keep): Keep =>
  fields({
    start: fields({
      at: time,
      settledAt: time,
      startedAt: time,
      maxRunDurationSeconds: count,
      failure: fields({ reason, code, httpStatus: count, scope: oneOf(['zone', 'region', 'project', 'all']) }),
    }),
    timeLimitVerifiedAt: time,
    reports: valuesOf(fields({ writer, seq: count, receivedAt: time, state: reportState }), MOST_REPORTS, writerIn),
    liveness: fields({ at: time, newestObjectAt: time, probeAt: time, probesSince: time }),
    stop: fields({ at: time, requestedAt: time, tries: count }),
    down: fields({ at: time, how: oneOf(['stopped', 'gone']), cause }),
  });

/** The machine spec of a request. */
export const machineFacts = fields({
  machineType: cloudName,
  provisioning: oneOf(['spot', 'standard', 'spot_then_standard']),
  accelerator: fields({ type: cloudName, count }),
});

/** The wait for a zone with capacity. */
export const capacityFacts = fields({
  since: time,
  waitedSeconds: count,
  rounds: count,
  notBefore: time,
  isForQuota: flag,
});

export const slotFacts = fields({ waiting: fields({ since: time }) });
