// The closed list of reasons why a run ended other than well: what happened, and what its user can do.

/** A sentence each: the fact. */
export const CAUSES = {
  'user-error': 'The notebook or its command failed.',
  'notebook-not-executed': 'The command ended with exit code 0, but cells of the notebook did not run.',
  'kernel-died': 'The kernel died, usually because it ran out of memory.',
  'source-unavailable': 'The snapshot of the project could not be fetched.',
  'secret-unavailable': 'A secret could not be read.',
  'setup-failed': 'The setup or ready_command failed.',
  'results-incomplete': 'Some results could not be uploaded.',
  'invalid-request': 'The request was not understood.',
  'no-capacity': 'No zone had capacity for the machine type.',
  quota: 'A quota of the project is used up.',
  'invalid-machine': 'Google does not make such a VM.',
  permission: 'The deployment lacks a right, or a policy forbids the VM.',
  preempted: 'The VM was preempted.',
  lost: 'The VM disappeared or never reported.',
  'timed-out': 'The command reached its time limit and was ended.',
  'cancelled-by-user': 'Cancelled on request.',
  internal: 'mymlops itself failed.',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof CAUSES;

export const REASON_NAMES = Object.keys(CAUSES) as [Reason, ...Reason[]];

/** The next step, where no attempt follows. */
export const NEXT_STEPS: Record<Reason, string> = {
  'user-error': 'The log, and the notebook up to that point, are among the results.',
  'notebook-not-executed':
    'Check that it runs the file it is given, saves it in place (in a container: that the project folder is mounted), and hides no error (in a pipe: set -o pipefail).',
  'kernel-died': 'Use smaller batches, or, on Google Cloud, a machine type with more memory.',
  'source-unavailable': 'Commit again.',
  'secret-unavailable': 'Store it, then commit again.',
  'setup-failed': 'Its output is in the log.',
  'results-incomplete': 'The uploaded ones are listed; commit again for the rest.',
  'invalid-request': 'Update the client and commit again.',
  'no-capacity': 'Allow more zones, choose another machine type, or try later.',
  quota: 'Raise it in the console, or choose a smaller machine type.',
  'invalid-machine': 'Machine type, disk, accelerator and image must exist and go together: correct the profile.',
  permission: 'Correct the configuration, or ask the administrator of the deployment.',
  preempted: 'Commit again, or use standard provisioning.',
  lost: 'Commit again; whatever was logged is kept.',
  'timed-out': 'Raise max_run; what it had written is published.',
  'cancelled-by-user': '',
  internal: 'Please report it.',
};

/** The fact with what is known of it. */
export const causeWith = (reason: Reason, detail: string): string => `${CAUSES[reason].slice(0, -1)} (${detail}).`;

/** Fact and next step. */
export const REASONS = Object.fromEntries(
  REASON_NAMES.map((reason) => [reason, `${CAUSES[reason]} ${NEXT_STEPS[reason]}`.trim()]),
) as Record<Reason, string>;
