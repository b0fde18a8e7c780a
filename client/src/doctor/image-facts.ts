// The fields that a bundle keeps of the build of an image and of its reports. No text that a user or a setup can write is among
// them: no name of the image, no setup, no secrets, messages or addresses of people.
import { BUILD_PHASES, IMAGE_STATUSES } from '@mymlops/protocol';
import { cloudName, code, count, fields, flag, isNumber, mapOf, oneOf, time } from './keep';
import { capacityFacts, machineFacts, reason, slotFacts, stopping, vmFacts, writer } from './vm-facts';

const phase = oneOf(BUILD_PHASES);

/** As a report says it, in a build's document and in the document of an event. */
const reportState = fields({
  phase,
  phases: fields(Object.fromEntries(BUILD_PHASES.map((name) => [name, time]))),
  failure: fields({ reason }),
  scrubbed: flag,
  stopping,
});

/** For the document `images/{build}`. */
export const imageFacts = fields({
  status: oneOf(IMAGE_STATUSES),
  reason,
  phase,
  submittedAt: time,
  acceptedAt: time,
  finishedAt: time,
  cleanedAt: time,
  zone: cloudName,
  machine: cloudName,
  attempt: count,
  live: flag,
  request: fields({ machine: machineFacts, maxBuildSeconds: count, gpuImage: flag }),
  cancel: fields({ at: time }),
  deletion: fields({ at: time }),
  removing: fields({ at: time }),
  attempts: mapOf(isNumber, fields({ vm: vmFacts(reportState), givenUp: fields({ at: time, reason }) })),
  capacity: capacityFacts,
  slots: slotFacts,
  made: fields({
    attempt: count,
    requestedAt: time,
    readyAt: time,
    failure: fields({ code, httpStatus: count }),
    goneAt: time,
  }),
  end: fields({ status: oneOf(['ready', 'failed', 'cancelled']), reason, at: time }),
});

/** For the document `images/{build}/events/{id}`. */
export const buildEventFacts = fields({
  attempt: count,
  writer,
  seq: count,
  sentAt: time,
  receivedAt: time,
  state: reportState,
});
