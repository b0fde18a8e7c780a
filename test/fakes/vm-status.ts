// What Compute Engine's statuses mean to the fakes of it.
import type { InstanceBody } from '../../functions/src/engine/vm/insert-body';

/** Only such a VM can be started. `STOPPED` is what a stopped one may come to be called. */
export const isOff = ({ status }: { status: string }): boolean => status === 'TERMINATED' || status === 'STOPPED';

/** Whether its disk is to outlive the VM. One that a test has made may have no body. */
export const keepsDisk = (body: Partial<InstanceBody> | undefined): boolean =>
  body?.disks?.some(({ autoDelete }) => !autoDelete) ?? false;
