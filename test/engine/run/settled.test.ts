// Whether anything of a run is left to be done.
import type { RunState } from '@mymlops/protocol';
import { isSettled } from '../../../functions/src/engine/run/settled';
import { aRun, at } from './states';

const end = { status: 'failed' as const, message: '', at: at(100) };

test.each<[string, RunState, boolean]>([
  ['accepted', aRun(), false],
  ['ended', aRun({ end }), false],
  ['ended and cleaned', aRun({ end, cleanedAt: at(110) }), true],
  ['a cancel without its commit', aRun({ request: undefined, cancel: { by: 'ada', at: at(1) } }), true],
  ['a commit that was not understood', aRun({ request: undefined, end }), true],
])('%s: %s', (_state, run, expected) => expect(isSettled(run)).toBe(expected));
