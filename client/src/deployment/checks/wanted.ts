// The deployment that the checks are about, and the VMs that its user will ask for.
import type { Value } from '../variables';

/** A VM that somebody's mymlops.yml asks for. */
export interface WantedVm {
  /** The name by which the file has it, for the sentence: a profile, or commit. */
  name: string;
  /** Undefined: the deployment's default. */
  machineType?: string;
  accelerator?: { type: string; count: number };
  /** As in the file. */
  provisioning?: 'spot' | 'standard' | 'spot_then_standard';
  /** A regular expression, anchored at the start. */
  zoneRegex?: string;
}

export interface WantedDeployment {
  deployment: string;
  /** Empty: not said yet. */
  region: string;
  /** Nothing of it exists yet: its network takes quota. */
  isNew: boolean;
  /** Variables of the module that do not have their default. */
  variables: Readonly<Record<string, Value>>;
  vms: readonly WantedVm[];
}

export function listOf(variables: WantedDeployment['variables'], name: string): readonly string[] {
  const value = variables[name];
  return Array.isArray(value) ? value : [];
}

/** Whether the deployment makes a network of its own. */
export const hasOwnNetwork = ({ variables }: WantedDeployment): boolean => (variables['network'] ?? '') === '';
