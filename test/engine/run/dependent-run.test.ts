// Which other run a run still needs.
import type { RunState } from '@mymlops/protocol';
import { resumedRun } from '../../../functions/src/engine/run/dependent-run';
import { aCommit } from '../../fakes/builders';
import { aRun, at } from './states';

const retryOf = '20261120-100000-abcd';
const resumeFrom = `runs/${retryOf}/attempts/1/checkpoints/manifests/000001`;
const end = { status: 'failed' as const, message: '', at: at(100) };

test.each<[string, RunState, string | undefined]>([
  ['it begins anew', aRun(), undefined],
  ['it does a run again', aRun({ request: aCommit({ retryOf }) }), undefined],
  ['it goes on from a checkpoint of a run', aRun({ request: aCommit({ retryOf, resumeFrom }) }), retryOf],
  ['so, and it has ended', aRun({ request: aCommit({ retryOf, resumeFrom }), end }), undefined],
  ['no request', aRun({ request: undefined }), undefined],
])('%s', (_state, run, expected) => expect(resumedRun(run)).toBe(expected));
