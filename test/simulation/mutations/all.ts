// The engine, the effects, the sweep, the handlers and the agent's model broken on purpose, one small piece at a time. The
// simulation must notice each.
import { AGENT } from './agent';
import { ANSWERS_MISREAD } from './answers';
import { EFFECTS } from './effects';
import { GOOGLE } from './google';
import { OF_INSTANCES } from './instances';
import { JUDGE } from './judge';
import type { Mutation } from './mutation';
import { PERIODS } from './periods';
import { RUN_DECISIONS } from './run-decisions';
import { SLOTS } from './slots';
import { SWEEP_AND_CONTROL } from './sweep-and-control';
import { VM_RULES } from './vm-rules';
import { WAITS } from './waits';

export const MUTATIONS: Mutation[] = [
  ...RUN_DECISIONS,
  ...VM_RULES,
  ...ANSWERS_MISREAD,
  ...WAITS,
  ...PERIODS,
  ...SLOTS,
  ...JUDGE,
  ...EFFECTS,
  ...SWEEP_AND_CONTROL,
  ...AGENT,
  ...GOOGLE,
  ...OF_INSTANCES,
];
