// Reports of a VM: their texts are base64 and limited, and the ids of their documents sort.
import { parseWith, report, reportId } from '@mymlops/protocol';
import { aReport } from '../../fakes/builders';

const in64 = (text: string): string => Buffer.from(text).toString('base64');

function stateOf(state: object) {
  const parsed = parseWith(report, aReport({ state }));
  return parsed.ok ? parsed.value.state : parsed.error;
}

test('texts are decoded, and cut at 500', () => {
  expect(stateOf({ failure: { reason: 'internal', message64: in64('ü'.repeat(600)) } })).toMatchObject({
    failure: { reason: 'internal', message: 'ü'.repeat(500) },
  });
  expect(stateOf({ publication: { message64: in64('refused') } })).toMatchObject({
    publication: { message: 'refused' },
  });
  expect(stateOf({ publication: { commit: 'a'.repeat(40) } })).toMatchObject({
    publication: { commit: 'a'.repeat(40) },
  });
});

test.each<[string, object, string]>([
  ['a phase that nobody knows', { phase: 'sleep' }, 'state.phase'],
  ['cells below zero', { cells: -1 }, 'state.cells'],
  ['a time that is none', { phases: { boot: 'now' } }, 'state.phases.boot'],
  ['a time with endless digits', { phases: { boot: `2026-11-21T10:00:00.${'1'.repeat(40)}Z` } }, 'state.phases.boot'],
  ['a commit that is not a hash', { publication: { commit: 'main' } }, 'state.publication'],
  ['a field that nobody knows', { mood: 'good' }, 'state'],
])('is refused: %s', (_what, state, error) => {
  expect(stateOf(state)).toContain(error);
});

test.each<[string, object, string]>([
  ['a boot id that is too short', { boot: 'b' }, 'boot'],
  ['a writer that nobody knows', { writer: 'user' }, 'writer'],
  ['number 0', { seq: 0 }, 'seq'],
  ['another run id', { run: 'latest' }, 'run'],
])('is refused: %s', (_what, fields, error) => {
  const parsed = parseWith(report, { ...aReport(), ...fields });
  expect(parsed.ok ? '' : parsed.error).toContain(error);
});

test('ids of documents sort by attempt and number, and tell writers and boots apart', () => {
  const id = (attempt: number, seq: number, writer: 'agent' | 'shutdown' = 'agent', boot = 'boot-0001'): string =>
    reportId({ attempt, seq, writer, boot });
  const sorted = [id(1, 2), id(1, 10), id(1, 10, 'shutdown'), id(2, 1), id(10, 1)];
  expect(sorted.toReversed().toSorted()).toEqual(sorted);
  expect(id(1, 2)).toBe('0001-00000002-agent-boot-0001');
  expect(id(1, 2, 'agent', 'boot-0002')).not.toBe(id(1, 2));
});
