// The engine, the handlers and the agent's model broken on purpose, one small piece at a time. The simulation must notice each.
import type { Mutation } from './mutation';
import { AROUND } from './mutations-around';
import { EFFECTS } from './mutations-effects';
import { ENGINE } from './mutations-engine';
import { VERDICT } from './mutations-verdict';

export const MUTATIONS: Mutation[] = [...ENGINE, ...VERDICT, ...EFFECTS, ...AROUND];
