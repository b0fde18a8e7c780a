// What Compute Engine's statuses mean to the fakes of it.
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';
import type { CloudFailure } from '../../functions/src/ports/cloud-answer';

/** Only such a VM can be started. `STOPPED` is what a stopped one may come to be called. */
export const isOff = ({ status }: { status: string }): boolean => status === 'TERMINATED' || status === 'STOPPED';

/** Nothing runs on it: it is off, or somebody has suspended it. */
export const isDown = ({ status }: { status: string }): boolean => isOff({ status }) || status === 'SUSPENDED';

/** Whether its disk is to outlive the VM. One that a test has made may have no body. */
export const keepsDisk = (body: Partial<InsertBody> | undefined): boolean =>
  body?.disks?.some(({ autoDelete }) => !autoDelete) ?? false;

/** Of a start that comes too early: refused at once, or at its operation's end. Google knows both. */
export const notReady = (
  { name, status }: { name: string; status: string },
  code: 'resourceNotReady' | 'RESOURCE_NOT_READY',
): CloudFailure => ({ code, message: `${name} is not ready: ${status}` });

/** To a setScheduling of a VM that is on. */
export const FIXED_WHILE_RUNNING = {
  refused: { code: 'badRequest', message: 'Max run duration cannot be changed while the instance is running.' },
};
