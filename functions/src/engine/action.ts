// The words that deciding and acting share, for any kind of document.
import type { VmStep } from './vm/resources';

/** Decisions change the document alone. Each kind has its own. */
export interface Decision {
  do: string;
}

/** Effects act on the cloud for one VM of the document, and have a result to be written. `Name`: of which effects. */
export interface EffectCall<Name extends string = string> {
  effect: Name;
  /** Number of the VM: for a run, of its attempt. */
  vm: number;
}

/** All that is left of a document whose user is done with it is deleted, the document last. */
export interface Removal {
  remove: { by: string; at: string };
}

/** Effects that documents of any kind may need. */
export type SharedCall = VmStep | EffectCall<'release-slots'>;

/** `Own`: names of the effects that only its kind has. */
export type Action<Own extends string = string> = Decision | EffectCall<Own> | SharedCall | Removal;

export interface Moment {
  nowMs: number;
  /** The invocation that asks: it owns the intents that it wrote. */
  actor: string;
  /** Why this deployment will not make what the request names. Absent where it will, or where nobody acts. */
  refusal?: string;
}

export const isEffect = <T extends Action>(action: T): action is Extract<T, EffectCall> => 'effect' in action;

export const isDecision = (action: Action): action is Decision => 'do' in action;

export const isRemoval = (action: Action): action is Removal => 'remove' in action;

export const timeOf = ({ nowMs }: Pick<Moment, 'nowMs'>): string => new Date(nowMs).toISOString();

/** After this an intent of another invocation that shows no result is taken over. */
const TAKE_OVER_MS = 120_000;

/** Whether this invocation may act on an intent: its own, or one that was left lying. */
export function mayAct(intent: { actor: string; at: string }, { actor, nowMs }: Moment): boolean {
  return intent.actor === actor || nowMs - Date.parse(intent.at) > TAKE_OVER_MS;
}

/**
 * Whether no other invocation acts any more on an intent that is over since `overAt` and shows no result. Where it was old by
 * then, one that did not know yet may have taken it over, and has as long as its first owner had.
 */
export function isLeftLying(intent: { actor: string; at: string }, overAt: string, { actor, nowMs }: Moment): boolean {
  const isOpen = nowMs - Date.parse(intent.at) > TAKE_OVER_MS;
  return isOpen ? nowMs - Date.parse(overAt) > TAKE_OVER_MS : intent.actor === actor;
}

/** Each minute another step comes first: one in a zone that does not answer must not block the others for hours. */
const TURN_MS = 60_000;
/** A multiple of the two to four minutes that a hanging call lets pass. */
const SHIFT_TURNS = 12;

/**
 * Round-robin over the minutes, without a stored turn. Every twelve minutes the order shifts by one, so that calls that hang,
 * and let every second to fourth minute pass, do not meet the same step for ever. Twelve turns and a shift bring thirteen
 * steps back to where they were: these shift half as often.
 */
export function inTurn<Step>(steps: readonly Step[], { nowMs }: Pick<Moment, 'nowMs'>): Step | undefined {
  const turn = Math.floor(nowMs / TURN_MS);
  const shiftTurns = steps.length % (SHIFT_TURNS + 1) === 0 ? 2 * SHIFT_TURNS : SHIFT_TURNS;
  return steps[(turn + Math.floor(turn / shiftTurns)) % steps.length];
}
