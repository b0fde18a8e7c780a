// When a run is removed by itself.
import type { RunState } from '@mymlops/protocol';
import { removeAfterOf } from '../../../functions/src/engine/run/history-retention';
import { aCommit } from '../../fakes/builders';
import { aRun, at } from './states';

const request = aCommit({ retentionSeconds: { failed: 60, cancelled: 5 } });
const end = { status: 'failed' as const, message: '', at: at(100) };
const settled: RunState = aRun({ request, end, cleanedAt: at(900) });

test.each<[string, RunState, string | undefined]>([
  ['counted from its end, not from when it was cleaned', settled, at(160)],
  ['each status has its own time', { ...settled, end: { ...end, status: 'cancelled' } }, at(105)],
  ['none for this status', { ...settled, end: { ...end, status: 'succeeded' } }, undefined],
  ['none at all', { ...settled, request: aCommit() }, undefined],
  ['not settled yet', { ...settled, cleanedAt: undefined }, undefined],
  ['not ended', { ...settled, end: undefined }, undefined],
  ['being removed already', { ...settled, removing: { by: 'ada', at: at(950) } }, undefined],
  ['without its request', { ...settled, request: undefined }, undefined],
])('%s', (_state, run, expected) => expect(removeAfterOf(run)).toBe(expected));
