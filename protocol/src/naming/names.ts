// Every name that follows from (project, deployment): what the deployment creates and what the programs look for. The buckets'
// names do not: see buckets.ts.

import { isRunId } from './run-id';

export const DEFAULT_DEPLOYMENT = 'mymlops';

/** The project id that stands for this computer. */
export const LOCAL_PROJECT = 'local';

const DEPLOYMENT = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** Google keeps such names for itself: in buckets anywhere, in topics at the beginning. */
export const RESERVED_NAME = /goog|g00g/;

/** Whether every name that follows from it is one that Google's services take (test/protocol/naming/google-names.test.ts). */
export function isDeployment(text: string): boolean {
  return DEPLOYMENT.test(text) && !RESERVED_NAME.test(text);
}

/** For people, where isDeployment refuses. */
export const DEPLOYMENT_RULE =
  'a deployment name has at most 20 of a-z, 0-9 and -, begins with a letter, ends with a letter or a digit, and does not contain goog';

export interface Names {
  project: string;
  deployment: string;
  /** Topic ids; each has a push subscription of the same id. */
  topics: { requests: string; events: string; sweeps: string };
  /** Function names; the keys are the entry points that functions/src/index.ts registers. */
  functions: { request: string; event: string; sweep: string };
  database: string;
  /** Ids of service accounts: 6 to 30 characters. `build` makes the images of the functions. */
  accounts: { request: string; event: string; sweep: string; vm: string; push: string; build: string };
}

export function namesOf(project: string, deployment: string): Names {
  if (!isDeployment(deployment)) throw new RangeError(`not a deployment name: ${deployment}`);
  return {
    project,
    deployment,
    topics: {
      requests: `${deployment}-requests`,
      events: `${deployment}-events`,
      sweeps: `${deployment}-sweeps`,
    },
    functions: { request: `${deployment}-request`, event: `${deployment}-event`, sweep: `${deployment}-sweep` },
    database: `${deployment}-runs`,
    accounts: {
      request: `${deployment}-request`,
      event: `${deployment}-event`,
      sweep: `${deployment}-sweep`,
      vm: `${deployment}-agent`,
      push: `${deployment}-push`,
      build: `${deployment}-build`,
    },
  };
}

/** The dead-letter topic (and its subscription) of a topic. */
export function deadLetterOf(topic: string): string {
  return `${topic}-dead`;
}

/** Name of the VM of an attempt, and of its boot disk. At most 20 + 1 + 20 + 1 + digits of 63 characters. */
export function vmName(deployment: string, run: string, attempt: number): string {
  return `${deployment}-${run}-${attempt}`;
}

/** Run and attempt of a name that `vmName` has made; undefined for any other name. */
export function attemptInName(deployment: string, name: string): { run: string; attempt: number } | undefined {
  if (!name.startsWith(`${deployment}-`)) return undefined;
  const [, run = '', attempt] = /^(.+)-([1-9]\d*)$/.exec(name.slice(deployment.length + 1)) ?? [];
  return isRunId(run) ? { run, attempt: Number(attempt) } : undefined;
}

/** Labels of VMs and disks. `deployment` alone is the mark of ownership; `kind` is for display. */
export const LABELS = {
  deployment: 'mymlops-deployment',
  kind: 'mymlops',
  run: 'mymlops-run',
  attempt: 'mymlops-attempt',
  /** A VM that builds an image, and the image. */
  build: 'mymlops-build',
  /** The VM of an instance: name and uid of that, and the VM's number. */
  instance: 'mymlops-instance',
  uid: 'mymlops-uid',
  vm: 'mymlops-vm',
} as const;
