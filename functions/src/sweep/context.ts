// The ports of a sweep: it may look and ask, and write observations; it cannot act on the cloud.
import type { SweepReport } from '@mymlops/protocol';
import type { Kind, KindState } from '../engine/kind';
import type { ComputeView } from '../ports/compute-view';
import type { Context } from '../ports/context';
import type { Stored } from '../ports/documents';
import type { Inventory } from './inventory';

export type SweepContext = Omit<
  Context,
  'compute' | 'snapshots' | 'snapshotCandidates' | 'resultsBucket' | 'liveBucket' | 'settings' | 'stockedOutZones'
> & {
  compute: ComputeView;
  settings: Pick<
    Context['settings'],
    | 'project'
    | 'deployment'
    | 'buckets'
    | 'maxParallel'
    | 'maxInstances'
    | 'graceSeconds'
    | 'hasAlerts'
    | 'limits'
    | 'region'
    | 'subnetworks'
    | 'natRegions'
    | 'machineType'
    | 'image'
    | 'gpuImage'
    | 'diskSizeGb'
  >;
  kinds: readonly Kind[];
};

/** One sweep, as its parts share it. */
export interface Sweep {
  context: SweepContext;
  report: SweepReport;
  /** Undefined where the cloud was not listed: nothing is known of it. */
  inventory: Inventory | undefined;
  /** How many sweeps ago the cloud was listed before, one a minute. */
  sinceList: number;
  /** Looks at VMs that are off as well, whose turn it is not. */
  isThorough: boolean;
  /** Called with each live document for which `advance` was requested, as it was read. */
  onDue?: (kind: Kind, stored: Stored<KindState>) => void;
}
