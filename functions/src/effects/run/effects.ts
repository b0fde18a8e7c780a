// Which effect carries out which action that only runs have.
import type { RunState } from '@mymlops/protocol';
import type { RunEffectName } from '../../engine/run/action';
import type { Effect } from '../effect';
import { readOutcome } from './outcome';
import { placeAttempt } from './place-attempt';
import { sendResult } from './send-result';

export const RUN_EFFECTS: Record<RunEffectName, Effect<RunState>> = {
  place: placeAttempt,
  'read-outcome': readOutcome,
  'send-result': sendResult,
};
