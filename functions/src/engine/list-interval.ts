// How often a sweep lists the cloud: every time while there is something to look after, else every few sweeps. Pure.
import type { SweepReport } from '@mymlops/protocol';

/** While nothing is live, marked or just found, the cloud is listed every so many sweeps. */
const QUIET_SWEEPS = 5;

/** The value of `sinceList` with which the next sweep lists the cloud, whatever there is to look after. */
export const LIST_NEXT_TIME = QUIET_SWEEPS;

/** Sweeps since the last list, with the one that begins now. `last`: the report of the sweep before; without one a list is due. */
export const sweepsSinceList = (last: Pick<SweepReport, 'sinceList'> | undefined): number =>
  (last?.sinceList ?? LIST_NEXT_TIME) + 1;

/** `isQuiet`: no document is live, no orphan candidate is marked, and no dead letter came. */
export const isListDue = ({ isQuiet, sinceList }: { isQuiet: boolean; sinceList: number }): boolean =>
  !isQuiet || sinceList >= QUIET_SWEEPS;
