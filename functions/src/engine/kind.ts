// A kind of document that has VMs: what the loops of control/ and sweep/ need to know of it. Pure. Methods, so that the
// loops can take any kind as `Kind`.
import type { CapacityWait, HeldSlots, Reason, Schema, VmRecord } from '@mymlops/protocol';
import type { Action, Decision, EffectCall, Moment, SharedCall } from './action';
import type { Audit, DocumentSpec, Summary } from './document';
import type { Owner } from './orphans';
import type { Settings } from './settings';
import type { Pool } from './slots';
import type { InsertBody } from './vm/insert-body';
import type { ReportKey } from './vm/observe';
import type { VmUpdate } from './vm/record';
import type { Resources } from './vm/resources';

/** Fields that every document with VMs has. */
export interface KindState {
  v: 1;
  capacity?: CapacityWait;
  slots?: HeldSlots;
  /** The user is done with it: nothing of it changes any more, it only goes away. */
  removing?: { by: string; at: string };
}

/** One VM of a document, as far as effects need to know it beside its record. */
export interface VmTarget {
  /** Labels that only this VM and its disk carry. */
  labels: Record<string, string>;
  /** Objects that the VM writes lie below this prefix. */
  prefix: string;
  /** Objects that the functions write there, such as its fence, as beginnings of names below it: no sign of life of the VM. */
  ourObjects: readonly string[];
}

/** A report of an agent of this kind, in what the loops need of it. */
export interface KindReport extends ReportKey {
  kind: 'lifecycle' | 'heartbeat';
  state: unknown;
}

/** `Own`: names of the effects that only this kind has. One that is misspelt does not compile. */
export interface Kind<State extends KindState = KindState, Own extends string = string> {
  /** As requests and logs name it: `run`. */
  readonly name: string;
  readonly documents: DocumentSpec<State>;

  /** Requests of users about a document, by their `type`. */
  readonly requests: Readonly<Record<string, Schema<object>>>;
  /** A request as earlier clients send it, in the form of today. */
  requestInTodaysForm(request: object): object;
  idOf(request: object): string;
  /** Merges a request into the document; undefined: there is none, and it is not to be made. Throws RequestConflictError. */
  merge(state: State | undefined, request: object, at: string): State | undefined;
  /** The request asks for the document to be removed. */
  isRemoval(request: object): boolean;
  removalRequest(id: string, by: string, at: string): object;
  /** The request in words, such as `the commit of train.ipynb`. */
  titleOf(request: object): string;
  /** The command with which a user ends the document. */
  endCommand(id: string): string;
  /** The request makes a document. */
  isFirst(request: object): boolean;
  /** The request may come before the first one, and then waits for it in a document of its own. */
  mayPrecede(request: object): boolean;
  /** The document still waits for its first request. */
  isIncomplete(state: State): boolean;
  /** The id of its document, which can be read from a first request that is not understood otherwise. */
  idInUnreadable(text: string): string | undefined;
  /** A document that says that its first request could not be carried out. */
  refused(reason: Reason, message: string, at: string): State;

  readonly reports: Schema<KindReport>;
  /** Whose report it is. */
  senderOf(report: object): Owner;
  /** Audience of the identity tokens of its VMs. */
  audienceOf(id: string): string;
  /** The audit document of a report; undefined for one that has none. */
  auditOf(report: object, receivedAt: string): Audit | undefined;

  /** The next action, or nothing. */
  decide(state: State, moment: Moment): Action<Own> | undefined;
  apply(state: State, decision: Decision): State;
  /** Why this deployment will not make what the document's request names; undefined where it will. */
  refusalOf(state: State, settings: Pick<Settings, 'project' | 'limits'>): string | undefined;
  /** Pools in which it needs a slot. Other kinds may share them. */
  poolsOf(state: State, settings: Pick<Settings, 'maxParallel' | 'maxInstances'>): Pool[];
  /** Whether an effect begins with a slot in each of these pools: while others come first, it is not worth a try. */
  needsSlot(call: EffectCall<Own> | SharedCall): boolean;

  /**
   * Only for kinds whose ids are used again: tells a document from the deleted one that had its id before. Findings about one tell
   * nothing of the other.
   */
  uidOf?(state: State): string | undefined;
  resources(state: State, nowMs: number): Resources;
  /** The state with one VM changed, and with what follows from that. */
  withVm(state: State, number: number, update: VmUpdate): State;
  targetOf(id: string, number: number, vm: VmRecord): VmTarget;
  insertBodyOf(state: State, number: number, settings: Settings): InsertBody;
  /**
   * Only for kinds whose disks hold the user's work. True where the user had this VM or disk deleted: only then it is deleted. Any
   * other one stays, and its VM is switched off. For a kind without this function, all that no document needs is deleted.
   */
  hasDeleted?(state: State, found: { name: string; labels: Record<string, string> }): boolean;
  /** The document that a VM or disk belongs to by its name, which nobody can change, or says to, by its labels. */
  ownerOf(found: { name: string; labels: Record<string, string> }): Owner | undefined;

  /** Its end is decided: what is left is to be cleaned up. */
  hasEnded(state: State): boolean;
  /** Nothing is left to do for it: it may be removed. */
  isSettled(state: State): boolean;
  /** Id of a document of this kind that this one still needs. */
  dependsOn(state: State): string | undefined;
  /** Every object of the document, but those that others share. */
  objectsOf(id: string): string;
  /** The state without what leaves the document to keep it small, and what left, by its id in the archive. */
  archive(state: State): { state: State; archived: Record<string, object> };
  summarize(state: State, settings: Pick<Settings, 'buckets'>): Summary;
}

/** Both are states of one document, and not of two that had its id in turn. */
export const isSameLife = <State extends KindState>(kind: Kind<State>, then: State, now: State): boolean =>
  kind.uidOf?.(then) === kind.uidOf?.(now);

/** A request came under the id of a document that another request made: refused, nothing changes. */
export class RequestConflictError extends Error {}
