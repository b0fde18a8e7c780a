// The kinds of this version. A new one is added here, and nowhere else in control/ or sweep/.
import type { ImageState, InstanceState, RunState } from '@mymlops/protocol';
import { IMAGE_EFFECTS } from '../effects/image/effects';
import { INSTANCE_EFFECTS } from '../effects/instance/effects';
import { RUN_EFFECTS } from '../effects/run/effects';
import type { ImageEffectName } from '../engine/image/action';
import { imageKind } from '../engine/image/kind';
import type { InstanceEffectName } from '../engine/instance/action';
import { instanceKind } from '../engine/instance/kind';
import type { RunEffectName } from '../engine/run/action';
import { runKind } from '../engine/run/kind';
import type { ActingKind } from './kind';

const runs: ActingKind<RunState, RunEffectName> = {
  ...runKind,
  perform: (call, stored, context) => RUN_EFFECTS[call.effect](stored, call.vm, context),
};

const images: ActingKind<ImageState, ImageEffectName> = {
  ...imageKind,
  perform: (call, stored, context) => IMAGE_EFFECTS[call.effect](stored, call.vm, context),
};

const instances: ActingKind<InstanceState, InstanceEffectName> = {
  ...instanceKind,
  perform: (call, stored, context) => INSTANCE_EFFECTS[call.effect](stored, call.vm, context),
};

export const KINDS: readonly ActingKind[] = [runs, images, instances];
