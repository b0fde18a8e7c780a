// Decisions about the build of an image, and the effects that only builds have.
import type { BuildAttempt, ImageEnd } from '@mymlops/protocol';
import type { EffectCall, Removal, SharedCall } from '../action';
import type { Refusal } from '../vm/capacity';

/** Decisions change the document alone. */
export type ImageDecision =
  | { do: 'give-up'; attempt: number; givenUp: NonNullable<BuildAttempt['givenUp']>; refusal: Refusal }
  | { do: 'end'; end: ImageEnd }
  | { do: 'clean'; at: string }
  | { do: 'remove' };

export type ImageEffectName = 'place' | 'make-image' | 'delete-image';

/** `vm`: number of the attempt. */
export type ImageStep = EffectCall<ImageEffectName> | SharedCall;

export type ImageAction = ImageDecision | ImageStep | Removal;
