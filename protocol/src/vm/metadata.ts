// The VM's metadata that agent.sh and shutdown.sh read: every value that they need, one key each. Keys ending in -64 hold
// base64 of UTF-8 text; the others hold only [A-Za-z0-9._:/-].

/** Metadata of any VM. */
export interface VmMetadata {
  'mymlops-project': string;
  'mymlops-deployment': string;
  'mymlops-results-bucket': string;
  'mymlops-live-bucket': string;
  /** Id of the events topic. */
  'mymlops-events-topic': string;
  /** Base URLs without a trailing slash; on Google https://storage.googleapis.com and the like. */
  'mymlops-storage-url': string;
  'mymlops-pubsub-url': string;
  'mymlops-secrets-url': string;
  /** Seconds between two heartbeats, and between two while progress changes. */
  'mymlops-heartbeat-seconds': string;
  'mymlops-progress-seconds': string;
  /** When the VM was decided on, in seconds since the epoch: one that boots long after does nothing. */
  'mymlops-decided-at': string;
  /** Seconds from its start after which Google deletes the VM; absent where it only stops it. */
  'mymlops-time-limit-seconds'?: string;
}

/** Metadata of a run's VM. */
export interface RunMetadata extends VmMetadata {
  'mymlops-run': string;
  'mymlops-attempt': string;
  /** Object names of the git bundles, with `:` between them, and the commit in them to check out. */
  'mymlops-source-object': string;
  'mymlops-source-commit': string;
  'mymlops-notebook-64': string;
  'mymlops-command-64': string;
  /** JSON object. */
  'mymlops-params-64': string;
  'mymlops-max-run-seconds': string;
  'mymlops-setup-seconds': string;
  'mymlops-keep-seconds': string;
  /** Whether artifacts/ goes into git as well: true or false. */
  'mymlops-artifacts': string;
  'mymlops-setup-64'?: string;
  /** Lines NAME=base64 of variables for setup and command. */
  'mymlops-env-64'?: string;
  /** Names of secrets, with `:` between them: for the command, and for setup. Values are never in metadata. */
  'mymlops-secrets'?: string;
  'mymlops-setup-secrets'?: string;
  /** Manifest of the checkpoint to begin with. */
  'mymlops-checkpoint-64'?: string;
  /** Repeated at the end of boot until it succeeds. */
  'mymlops-ready-64'?: string;
  /** Lines NAME=base64 of variables for the user's command. Never set on Google. */
  'mymlops-environment-64'?: string;
  'mymlops-output-url-64'?: string;
  'mymlops-output-branch-64'?: string;
  /** `true`: git may take that path though it belongs to another user. Never set on Google. */
  'mymlops-output-safe'?: 'true';
  /** Id of the secret with the deploy key, without the deployment; and more lines of known_hosts. */
  'mymlops-output-key'?: string;
  'mymlops-output-known-hosts-64'?: string;
  'mymlops-author-name-64'?: string;
  'mymlops-author-email-64'?: string;
}

/** Metadata of a VM that builds an image. */
export interface BuildMetadata extends VmMetadata {
  'mymlops-build': string;
  'mymlops-attempt': string;
  'mymlops-setup-64': string;
  'mymlops-setup-seconds': string;
  /** Names of secrets for the setup, with `:` between them. */
  'mymlops-setup-secrets'?: string;
}

/** Metadata of an instance's VM. */
export interface InstanceMetadata extends VmMetadata {
  'mymlops-instance': string;
  'mymlops-uid': string;
  /** Number of the VM, and of its period: each start counts. */
  'mymlops-vm': string;
  'mymlops-period': string;
  'mymlops-idle-seconds': string;
  'mymlops-soft-stop-seconds': string;
  /** Lines `name port path-64 token-variable command-64`. */
  'mymlops-services-64': string;
  'mymlops-source-object'?: string;
  'mymlops-source-commit'?: string;
  'mymlops-repository-url-64'?: string;
  'mymlops-repository-branch-64'?: string;
  'mymlops-setup-64'?: string;
  'mymlops-setup-secrets'?: string;
  'mymlops-start-64'?: string;
  'mymlops-env-64'?: string;
  'mymlops-secrets'?: string;
  'mymlops-environment-64'?: string;
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
