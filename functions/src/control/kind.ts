// A kind with its effects: what the request function acts with.
import type { EffectCall } from '../engine/action';
import type { Kind, KindState } from '../engine/kind';
import type { EffectContext, EffectResult } from '../effects/effect';
import type { ActingContext } from '../ports/context';
import type { Stored } from '../ports/documents';

export interface ActingKind<State extends KindState = KindState, Own extends string = string> extends Kind<State, Own> {
  /** Carries out an effect that only this kind has. Undefined when there is nothing new yet. May be repeated. */
  perform(
    call: EffectCall<Own>,
    stored: Stored<State>,
    context: EffectContext,
  ): Promise<EffectResult<State> | undefined>;
}

export interface ControlContext extends ActingContext {
  kinds: readonly ActingKind[];
}

/** Undefined for a name that a newer version may know. */
export const kindNamed = <K extends Pick<Kind, 'name'>>(name: string, kinds: readonly K[]): K | undefined =>
  kinds.find((kind) => kind.name === name);
