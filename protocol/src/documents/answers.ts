// Answers of the sweep function to questions, `sweeps/answer-{id}`.
import type { Finding } from './sweep';

/** The answer to any question that failed as a whole, for clients since ANSWERS_QUESTIONS_SINCE. */
export interface FailedAnswer {
  v: 1;
  at: string;
  /** Why, as Google says it. */
  failed: string;
}

/** GPUs that come with a machine type. */
export interface IncludedGpus {
  type: string;
  count: number;
}

/** A machine type as Compute Engine describes it. */
export interface MachineFacts {
  name: string;
  vcpus: number;
  memoryMb: number;
  gpus: IncludedGpus[];
}

/** A type of accelerator, and the zones that have it. */
export interface OfferedAccelerator {
  type: string;
  /** The most that one VM can have. */
  most: number;
  zones: string[];
}

/** A machine type that comes with accelerators, and the zones that have it. */
export type OfferedMachineType = MachineFacts & { zones: string[] };

/** Which accelerators Compute Engine has. All lists are sorted. */
export interface GpuOffers {
  v: 1;
  at: string;
  /** Every region, with accelerators or without. */
  regions: string[];
  accelerators: OfferedAccelerator[];
  machineTypes: OfferedMachineType[];
  /** Zones that did not say everything that they have. */
  unlisted: string[];
  /** So many machine types were left out: a document holds a megabyte. */
  omitted: number;
}

/** An `error` stops a commit. */
export type CheckFinding = Finding & { severity: 'error' | 'warning' };

/** The findings about one run that a commit would ask for. */
export interface CheckedRun {
  /** As in the question. */
  name: string;
  machineType: string;
  /** Where its VM may go, sorted. */
  zones: string[];
  findings: CheckFinding[];
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/regions: of one metric. */
export interface QuotaLimit {
  metric: string;
  limit: number;
  usage: number;
}

/** Quotas of CPUs, GPUs and addresses. */
export interface QuotaLimits {
  ofProject: QuotaLimit[];
  /** Only the regions where a VM may go. */
  ofRegions: { region: string; quotas: QuotaLimit[]; hasNat: boolean }[];
}

/** Which images exist. */
export interface ImagesLook {
  v: 1;
  at: string;
  /** Names of those that do not. Sorted. */
  absent: string[];
}

/** Whether the deployment would run what the question names. */
export interface DeploymentCheck {
  v: 1;
  at: string;
  runs: CheckedRun[];
  /** Absent where Compute Engine did not tell them: a finding says so. */
  quotas?: QuotaLimits;
}
