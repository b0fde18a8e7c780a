// Probes that came through the events topic: the newest, and since when none has been missing.
import { observeProbe } from '../../functions/src/engine/probe';
import { at } from '../fakes/builders';

const SINCE = at(-3600);
const known = { v: 1 as const, at: at(0), since: SINCE };
const probe = (time: string) => ({ v: 1 as const, type: 'probe' as const, at: time });

test.each<[what: string, seconds: number, newest: number, since: string]>([
  ['one a minute later', 60, 60, SINCE],
  ['one three minutes later: none is missing', 180, 180, SINCE],
  ['one a moment more than three minutes later: some are missing', 180.001, 180.001, at(180.001)],
  ['one an hour later', 3600, 3600, at(3600)],
  ['one a moment later', 0.001, 0.001, SINCE],
])('%s', (_what, seconds, newest, since) => {
  expect(observeProbe(known, probe(at(seconds)), at(99_999))).toEqual({ v: 1, at: at(newest), since });
});

test('the first one', () => {
  expect(observeProbe(undefined, probe(at(0)), at(1))).toEqual({ v: 1, at: at(0), since: at(0) });
});

test.each([
  ['the same again', 0],
  ['one that was overtaken', -0.001],
  ['one that is hours late', -9999],
])('%s changes nothing', (_what, seconds) => {
  expect(observeProbe(known, probe(at(seconds)), at(99_999))).toBe(known);
});

test.each([
  ['one from the future', 9999, 60, 60],
  ['one that took its time', 60, 9999, 60],
])('%s is as new as it can be', (_what, sent, published, newest) => {
  expect(observeProbe(known, probe(at(sent)), at(published))).toEqual({ v: 1, at: at(newest), since: SINCE });
});
