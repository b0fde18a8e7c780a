// The closed list of reasons why a run ended other than well; each sentence says the next step.

export const REASONS = {
  'user-error':
    'The notebook or its command failed. The log, and the notebook up to that point, are among the results.',
  'notebook-not-executed':
    'The command ended with exit code 0, but cells of the notebook did not run. Check that it runs the file it is given, saves it in place (in a container: that the project folder is mounted), and hides no error (in a pipe: set -o pipefail).',
  'kernel-died':
    'The kernel died, usually because it ran out of memory. Use a machine type with more memory, or smaller batches.',
  'source-unavailable': 'The snapshot of the project could not be fetched. Commit again.',
  'setup-failed': 'The setup or ready_command failed. Its output is in the log.',
  'results-incomplete': 'Some results could not be uploaded. The uploaded ones are listed; commit again for the rest.',
  'invalid-request': 'The request was not understood. Update the client and commit again.',
  'no-capacity':
    'No zone had capacity for the machine type. Allow more zones, choose another machine type, or try later.',
  quota: 'A quota of the project is used up. Raise it in the console, or choose a smaller machine type.',
  permission: 'The deployment lacks a permission or a resource it names does not exist. The message names it.',
  preempted: 'The VM was preempted and no attempts are left. Commit again, or use standard provisioning.',
  lost: 'The VM disappeared or never reported, and no attempts are left. The log so far is kept; commit again to retry.',
  'timed-out': 'The command reached its time limit and was ended. Raise max_run. The results so far are published.',
  'cancelled-by-user': 'Cancelled on request.',
  internal: 'mymlops itself failed. The message has the details; please report it.',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof REASONS;

export const REASON_NAMES = Object.keys(REASONS) as [Reason, ...Reason[]];
