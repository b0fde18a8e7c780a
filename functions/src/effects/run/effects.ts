// Which effect carries out which action.
import type { EffectName } from '../../engine/run/action';
import type { Effect } from '../effect';
import { awaitInsert, guard, insert } from '../vm/insert';
import { close, lookForSigns, readOutcome } from './outcome';
import { remove } from './delete';
import { releaseSlots } from '../slots';
import { start } from './start';
import { giveVerdict } from './send-result';

export const EFFECTS: Record<EffectName, Effect> = {
  start,
  insert,
  'await-insert': awaitInsert,
  guard,
  'look-for-signs': lookForSigns,
  close,
  'read-outcome': readOutcome,
  'give-verdict': giveVerdict,
  delete: remove,
  'release-slots': releaseSlots,
};
