// The fields that a bundle keeps of a sweep's plan: counts, and each finding with the constant beginning of its problem. What
// follows the beginning may hold the words of a message or of Google.
import { IMAGE_KIND, INSTANCE_KIND, RUN_KIND } from '@mymlops/protocol';
import { cloudName, count, fields, flag, type Json, type Keep, listOf, mapOf, oneOf, time } from './keep';
import { runId } from './run-facts';
import { vmName } from './vm-facts';

const MOST_FINDINGS = 200;

/** How the problems begin (functions/src/engine/findings.ts); a test holds the list against them. */
const PROBLEMS = [
  'still exists, but is no longer needed',
  "has this deployment's label but belongs to nothing in its history",
  'belongs to no instance in the history',
  "is a disk with this deployment's label. The VM that uses it lacks the label",
  'has pending work and has not changed since',
  'has ended, but VM',
  'is not live, but holds or waits for a max_parallel slot',
  'is not live, but holds or waits for a max_instances slot',
  'a message',
  'was not complete',
  'has not run since',
  'has never run',
  'failed in part',
];

const problem: Keep = (value) =>
  typeof value === 'string' ? PROBLEMS.find((beginning) => value.startsWith(beginning)) : undefined;

const KINDS = [RUN_KIND, IMAGE_KIND, INSTANCE_KIND];

/** A VM or a disk with its zone, a run, a build, or one of the constant ones. The name of an instance is its user's word. */
const subject: Keep = (value) => {
  if (typeof value !== 'string') return undefined;
  const [zone, name, ...more] = value.split('/');
  const named = vmName(name);
  if (more.length === 0 && cloudName(zone) !== undefined && named !== undefined) return `${zone}/${String(named)}`;
  if (value.startsWith(`${INSTANCE_KIND} `)) return 'an instance';
  const [, id] = /^(?:run|image) (\S+)$/.exec(value) ?? [];
  if (runId(id) !== undefined || /^dead letter \d{1,20}$/.test(value)) return value;
  return ['the sweep', 'this check of the deployment'].find((constant) => constant === value);
};

const finding = fields({ subject, document: fields({ kind: oneOf(KINDS), id: runId }), problem });

/** `plan` is the document `sweeps/answer-{id}`. */
export function planFacts(plan: unknown): Json | undefined {
  return fields({
    at: time,
    isListed: flag,
    sinceList: count,
    vms: count,
    disks: count,
    live: mapOf((kind) => KINDS.includes(kind), count),
    findings: listOf(finding, MOST_FINDINGS),
  })(plan);
}
