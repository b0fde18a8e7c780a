// Stops an instance, and waits until its VM is off. For one command, and for `kill --all`.
import type { InstanceDocument } from '@mymlops/protocol';
import { EXIT } from '../core/exit-codes';
import type { Deployment } from '../deployment/connect';
import { awaitDocument } from '../following/await-document';
import { isWanted } from '../view/instance-facts';
import { printableLine } from '../view/printable';
import type { KnownInstance } from './find-instance';
import { stopRequestOf } from './request';

export interface Outcome {
  exitCode: number;
  message: string;
}

export interface StopOptions {
  deployment: Deployment;
  name: string;
  document: KnownInstance;
  now: Date;
  interrupted: AbortSignal;
  /** Ends the waiting. The stop goes on. */
  limit: AbortSignal;
}

const done = (message: string): Outcome => ({ exitCode: EXIT.done, message });

/** May be called twice: a period that is over stays as it is. Rejects only if the request cannot be sent. */
export async function stopInstance(options: StopOptions): Promise<Outcome> {
  const { deployment, name, document, now } = options;
  const { status, started, uid } = document;
  if (status === 'deleting') return done(`${name} is being deleted.`);
  if (status === 'stopped') return done(`${name} is stopped already: ${printableLine(document.message)}`);
  if (status === 'failed') return done(`${name} has no VM: ${printableLine(document.message)}`);
  if (isWanted(document)) await (await deployment.bus()).publish(stopRequestOf({ name, uid }, started, now));
  return awaitOff(options);
}

async function awaitOff({ deployment, name, document, interrupted, limit }: StopOptions): Promise<Outcome> {
  const { watch } = await deployment.instances();
  const { started, uid } = document;
  const reached = (newest: InstanceDocument | null): Outcome | undefined => {
    if (!newest || newest.uid !== uid) return done(`${name} was deleted.`);
    if (newest.deletion) return done(`${name} is being deleted.`);
    if (newest.started > started) return done(`${name} was stopped, and is started again already.`);
    if (newest.stopped < started) return undefined;
    if (newest.status === 'failed') return done(`${name} is stopped. It had no VM yet, and nothing of it costs money.`);
    if (newest.status !== 'stopped') return undefined;
    return done(
      `${name} is stopped. Its disk stays, and costs its storage. To go on: mymlops-client start ${name}; to delete it: mymlops-client delete ${name}`,
    );
  };
  const awaited = await awaitDocument<InstanceDocument, Outcome>({
    ...{ deployment, watch, id: name, interrupted, limit, reached },
  });
  if (awaited.why === 'reached') return awaited.result;
  return {
    exitCode: awaited.why === 'interrupted' ? EXIT.interrupted : EXIT.notFinished,
    message: `${name} is being stopped, and its VM is not off yet; this goes on by itself. See: mymlops-client ps`,
  };
}
