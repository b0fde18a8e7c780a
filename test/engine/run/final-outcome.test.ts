// When no outcome of an attempt can come any more.
import { hasFinallyNone, isLastLook } from '../../../functions/src/engine/run/final-outcome';
import { aVm } from '../../fakes/builders';
import { at } from './states';

const free = { vm: aVm() };
const fenced = { vm: aVm({ fencedAt: at(100) }) };

test.each([
  ['not fenced: the VM may still write one', free, false],
  ['fenced: a void one is created', fenced, true],
])('a look for the outcome is the last one: %s', (_state, attempt, isLast) => {
  expect(isLastLook(attempt)).toBe(isLast);
});

test.each([
  ['not fenced, not looked', free, false],
  ['not fenced, none found', { ...free, outcomeAbsentAt: at(90) }, false],
  ['fenced, not looked', fenced, false],
  ['fenced, none found before that', { ...fenced, outcomeAbsentAt: at(99) }, false],
  ['fenced, none found in the same moment', { ...fenced, outcomeAbsentAt: at(100) }, true],
  ['fenced, none found after that', { ...fenced, outcomeAbsentAt: at(101) }, true],
])('there is finally none: %s', (_state, attempt, isFinal) => {
  expect(hasFinallyNone(attempt)).toBe(isFinal);
});
