// The kind of the instance of a history, and what its user wants of it.
import type { InstanceSpec, InstanceState } from '@mymlops/protocol';
import type { ActingKind } from '../../../functions/src/control/kind';
import { INSTANCE_EFFECTS } from '../../../functions/src/effects/instance/effects';
import type { InstanceEffectName } from '../../../functions/src/engine/instance/action';
import { instanceKind } from '../../../functions/src/engine/instance/kind';

export const instances: ActingKind<InstanceState, InstanceEffectName> = {
  ...instanceKind,
  perform: (call, stored, context) => INSTANCE_EFFECTS[call.effect](stored, call.vm, context),
};

export const SPEC: InstanceSpec = {
  machine: { provisioning: 'standard' },
  services: [],
  idleSeconds: 600,
  softStopSeconds: 3600,
  maxSeconds: 3 * 3600,
};
