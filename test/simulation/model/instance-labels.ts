// How the VMs and disks of the instance of a history can be told.
import { LABELS } from '@mymlops/protocol';

export const INSTANCE = 'cpu1';
/** Its first one, and the one that is created under the same name after that was deleted. */
export const UIDS = ['first1', 'second'] as const;

export const isInstances = ({ labels }: { labels: Record<string, string> }): boolean =>
  labels[LABELS.instance] === INSTANCE;
