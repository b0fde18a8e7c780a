// Compute Engine's own acts on a VM, and their operation types.
import type { Scheduling } from './records';

export const SYSTEM_EVENTS = {
  /** https://cloud.google.com/compute/docs/instances/preemptible#detecting_if_an_instance_was_preempted */
  preempted: 'compute.instances.preempted',
  /** At host maintenance. The VM works on: https://cloud.google.com/compute/docs/instances/monitor-vm-events */
  migrated: 'compute.instances.migrateOnHostMaintenance',
  /** At host maintenance. The VM is stopped, whatever its termination action. */
  terminated: 'compute.instances.terminateOnHostMaintenance',
  /** The VM switched itself off. */
  ended: 'compute.instances.guestTerminate',
  /**
   * The end of maxRunDuration, by its termination action. A guess: Google's page on it
   * (https://cloud.google.com/compute/docs/instances/limit-vm-runtime) names no operation. The functions go by its time.
   */
  timeLimit: { DELETE: 'delete', STOP: 'stop' },
} as const;

/** https://cloud.google.com/compute/docs/instances/host-maintenance-overview */
export function maintenanceEventOf({ provisioningModel, onHostMaintenance }: Scheduling): string {
  if (provisioningModel === 'SPOT') return SYSTEM_EVENTS.preempted;
  return onHostMaintenance === 'MIGRATE' ? SYSTEM_EVENTS.migrated : SYSTEM_EVENTS.terminated;
}
