// Which effect carries out which action.
import type { EffectName } from '../engine/decide';
import type { Effect } from './effect';
import { awaitInsert, guard, insert, start } from './insert';
import { close, lookForClaim, readOutcome } from './outcome';
import { remove } from './remove';
import { giveVerdict } from './verdict';

export const EFFECTS: Record<EffectName, Effect> = {
  start,
  insert,
  'await-insert': awaitInsert,
  guard,
  'look-for-claim': lookForClaim,
  close,
  'read-outcome': readOutcome,
  'give-verdict': giveVerdict,
  delete: remove,
};
