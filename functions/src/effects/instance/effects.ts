// Which effect carries out which action that only instances have.
import type { InstanceState } from '@mymlops/protocol';
import type { InstanceEffectName } from '../../engine/instance/action';
import type { Effect } from '../effect';
import { placeInstance } from './place-instance';
import { tellVm } from './tell';

export const INSTANCE_EFFECTS: Record<InstanceEffectName, Effect<InstanceState>> = {
  place: placeInstance,
  tell: tellVm,
};
