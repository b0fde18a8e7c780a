// How far a start has come, for the client that follows it. Pure.
import type { InstanceDocument } from '@mymlops/protocol';
import { isWanted } from '../view/instance-facts';

export interface Started {
  uid: string;
  period: number;
}

export type StartOutcome = {
  why:
    /** Each service answers. */
    | 'ready'
    /** The VM is on, but its start has failed. */
    | 'unready'
    /** The period is over, and no VM is on. */
    | 'ended'
    /** Another computer created an instance of this name first. */
    | 'other';
  document: InstanceDocument;
};

/** Undefined while the start goes on, and before the deployment knows of it. */
export function startOutcome(document: InstanceDocument | null, { uid, period }: Started): StartOutcome | undefined {
  if (!document) return undefined;
  const { status, stop } = document;
  // The document of the request that could not be read has no uid.
  if (document.uid === undefined) return stop?.reason === 'refused' ? { why: 'ended', document } : undefined;
  if (document.uid !== uid) {
    const isEarlier = document.deletedAt !== undefined || document.earlier?.includes(uid);
    return isEarlier ? undefined : { why: 'other', document };
  }
  if (status === 'deleting' || status === 'deleted') return { why: 'ended', document };
  if (document.started < period) return undefined;
  if (isWanted(document)) {
    const isOfPeriod = document.current >= document.started;
    return isOfPeriod && (status === 'ready' || status === 'unready') ? { why: status, document } : undefined;
  }
  return status === 'stopped' || status === 'failed' ? { why: 'ended', document } : undefined;
}

/** Whether the deployment knows of the start, for `--detach`. */
export const isKnown = (document: InstanceDocument | null, { uid, period }: Started): boolean =>
  document !== null &&
  (document.uid !== uid ? startOutcome(document, { uid, period }) !== undefined : document.started >= period);
