// The fields that a bundle keeps of an entry of the log. A message that is not one of ours, such as a stack, is left out.
import { IMAGE_KIND, RUN_KIND } from '@mymlops/protocol';
import { cloudName, count, fields, type Json, type Keep, oneOf, time } from './keep';
import { LOG_MESSAGES } from './log-messages';
import { runId } from './run-facts';
import { vmName } from './vm-facts';

export const MOST_ENTRIES = 1000;

const attempt: Keep = (value) => count(typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value);

const kept = fields({
  time,
  severity: oneOf(['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']),
  service: oneOf(['firestore', 'pubsub', 'compute', 'storage', 'secrets', 'metadata', 'functions']),
  message: oneOf(LOG_MESSAGES),
  run: runId,
  build: runId,
  attempt,
  vm: vmName,
  zone: cloudName,
  repeated: count,
});

/**
 * `entry` has the fields that it was logged with, its severity and its time. An entry about a run or a build has its id; that of an
 * instance is the name that its user chose.
 */
export function logFacts(entry: Readonly<Record<string, unknown>>): Json | undefined {
  const { kind, id, run, build } = entry;
  return kept({
    ...entry,
    ...(kind === RUN_KIND && run === undefined && { run: id }),
    ...(kind === IMAGE_KIND && build === undefined && { build: id }),
  });
}
