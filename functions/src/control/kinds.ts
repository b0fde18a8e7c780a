// The kinds of this version. A new one is added here, and nowhere else in control/ or sweep/.
import type { RunState } from '@mymlops/protocol';
import { RUN_EFFECTS } from '../effects/run/effects';
import type { RunEffectName } from '../engine/run/action';
import { runKind } from '../engine/run/kind';
import type { ActingKind } from './kind';

const runs: ActingKind<RunState, RunEffectName> = {
  ...runKind,
  perform: (call, stored, context) => RUN_EFFECTS[call.effect](stored, call.vm, context),
};

export const KINDS: readonly ActingKind[] = [runs];
