// A VM as its owner's document has it, run or other: what Compute Engine was to make, and each time it was powered on.
// Times are ISO 8601 in UTC. Absent means not (yet) known.
import type { Reason } from '../reasons';

/** Compute Engine's action at the end of maxRunDuration. */
export type TerminationAction = 'DELETE' | 'STOP';

/** `Said`: what a report of its agent says. */
export interface VmRecord<Said = unknown> {
  /** Decision, written before the VM is requested. The boot disk has the same name. */
  name: string;
  /** `-`: no zone was chosen. */
  zone: string;
  machine: string;
  provisioning: 'spot' | 'standard';
  terminationAction: TerminationAction;
  /** The boot disk stays when the VM is deleted. Absent: it is deleted with it. */
  keepsDisk?: true;
  /** Makes a repeated insert the same insert. */
  requestId: string;
  /** Numeric id, as Compute Engine answered the insert. */
  id?: string;
  /** Numeric id, as the first genuine identity token said before the insert's own answer. */
  reportedId?: string;
  /** By number, from 1: each time that it is powered on. The insert opens the first. */
  periods: Record<string, Period<Said>>;
  /** The fence is in the bucket: the agent runs nothing more. */
  fencedAt?: string;
  /** A GET of the VM (and of its disk, unless that is to stay) answered 404 after the insert was settled. */
  goneAt?: string;
  /** The same of a boot disk that stays when its VM is deleted. */
  diskGoneAt?: string;
}

/** One time that a VM is on: from the intent to power it on until it was seen down. */
export interface Period<Said = unknown> {
  start: PowerOn;
  /** maxRunDuration and the termination action were read back from the VM, and are as intended. */
  timeLimitVerifiedAt?: string;
  /** Newest report by `<boot>_<writer>`, of a few boots. */
  reports?: Record<string, ReportRecord<Said>>;
  /** Signs of life that were found when the VM was silent. */
  liveness?: Liveness;
  /** Its owner needs it off, and its disk kept. */
  stop?: Stop;
  /** The cloud showed that the VM was not running. */
  down?: SeenDown;
}

/** The intent to power a VM on, by an insert (period 1) or a start, and what came of it. */
export interface PowerOn {
  at: string;
  /** The invocation that acts on it; `console`: somebody started the VM by hand. */
  actor: string;
  /** Seconds from then on after which Compute Engine ends the period, whatever mymlops does. */
  maxRunDurationSeconds: number;
  operation?: string;
  /** Numeric id of the VM, where it was made again for this period on the disk of one that somebody had deleted. */
  id?: string;
  settledAt?: string;
  /** When Compute Engine powered it on, by its own clock: a later time is another start, which nobody of ours requested. */
  startedAt?: string;
  /** Settled badly: the VM is not on, or is on without its time limit (`noTimeLimit`). */
  failure?: VmFailure;
}

/** From when the VM was needed off; the newest request to stop it. */
export interface Stop {
  at: string;
  requestedAt?: string;
  operation?: string;
  /** How often it was requested: each try is a request of its own. */
  tries?: number;
}

/** The newest report of a writer. */
export interface ReportRecord<Said = unknown> {
  seq: number;
  /** When we received it (Pub/Sub's publish time). */
  receivedAt: string;
  state: Said;
}

/** How a VM was found down; `cause` as the zone's operations tell it. `host`: its host failed or was maintained. */
export interface SeenDown {
  at: string;
  how: 'stopped' | 'gone';
  cause?: 'preempted' | 'host' | 'time-limit' | 'deleted';
}

/** Why Compute Engine did not power a VM on. */
export interface VmFailure {
  reason: Reason;
  code: string;
  message: string;
  httpStatus?: number;
  /**
   * `zone`, `region`: another one may have what this one lacks. `project`: all zones share what is used up. `all`: no zone
   * will.
   */
  scope: 'zone' | 'region' | 'project' | 'all';
  /** Zones that Compute Engine names as having capacity, best first. */
  zonesAvailable?: string[];
}

/** Signs of life that do not come through the VM's reports, and whether reports could have arrived. */
export interface Liveness {
  at: string;
  /** When the newest object below the VM's prefix was written; absent: there is none, not even the claim. */
  newestObjectAt?: string;
  /** The newest probe of the sweep that came through the events topic, and since when none was missing. */
  probeAt?: string;
  probesSince?: string;
}

/** Waiting for a zone with capacity. */
export interface CapacityWait {
  /** Since when there has been no VM for lack of capacity; absent while there is one. */
  since?: string;
  /** Seconds of earlier waits. */
  waitedSeconds: number;
  /** Zones, regions as a whole, and `project` for all of them, that refused a VM since the last back-off. */
  tried: string[];
  /**
   * Those of them that refused it for a reason that lasts: a quota that VMs of the deployment may give back, or for good (no
   * quota at all, a right, parts that do not fit together).
   */
  refusals?: Record<string, 'quota' | 'for good'>;
  /** In the last round, a quota was used up that other VMs of the deployment may give back. */
  isForQuota?: true;
  /** How often all zones refused in a row. */
  rounds: number;
  /** No zone is tried before. */
  notBefore?: string;
}

/** The slots that a run (or another owner of VMs) holds or waits for. */
export interface HeldSlots {
  /** Pools in which it holds a slot, such as `deployment` or `profile-gpu`. */
  held: string[];
  /** The pool that is full, and since when it waits there. */
  waiting?: { pool: string; since: string };
}
