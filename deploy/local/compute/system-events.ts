// Compute Engine's own acts on a VM, and their operation types.

export const SYSTEM_EVENTS = {
  /** https://cloud.google.com/compute/docs/instances/preemptible#detecting_if_an_instance_was_preempted */
  preempted: 'compute.instances.preempted',
  /** The VM switched itself off. */
  ended: 'compute.instances.guestTerminate',
  /**
   * The end of maxRunDuration, by its termination action. A guess: Google's page on it
   * (https://cloud.google.com/compute/docs/instances/limit-vm-runtime) names no operation. The functions go by its time.
   */
  timeLimit: { DELETE: 'delete', STOP: 'stop' },
} as const;
