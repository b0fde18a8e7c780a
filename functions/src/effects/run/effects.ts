// Which effect carries out which action that only runs have.
import type { RunState } from '@mymlops/protocol';
import type { RunEffectName } from '../../engine/run/action';
import type { Effect } from '../effect';
import { readOutcome } from './outcome';
import { sendResult } from './send-result';
import { start } from './place-attempt';

export const RUN_EFFECTS: Record<RunEffectName, Effect<RunState>> = {
  place: start,
  'read-outcome': readOutcome,
  'send-result': sendResult,
};
