// When a silent VM is looked for, and when a silent VM counts as lost.
import type { Liveness } from '@mymlops/protocol';
import { isLivenessCheckDue, whyLost } from '../../../functions/src/engine/vm/liveness';
import { aStart, at, aVm, msAt } from '../../fakes/builders';

type Vm = Parameters<typeof aVm>[0];

/** Reports of as many boots, received at these seconds. */
const reports = (...seconds: number[]) =>
  Object.fromEntries(
    seconds.map((second, boot) => [
      `boot${boot}_agent`,
      { seq: 1, receivedAt: at(second), state: { phase: 'boot' as const, phases: {} } },
    ]),
  );
const made: Vm = { start: { settledAt: at(0) } };
const reported: Vm = { start: { settledAt: at(-100) }, period: { reports: reports(0) } };
/** Made at ten, reported then, and started again at 5000 s. */
const startedAgain = (liveness?: Liveness): Vm => ({
  periods: {
    1: { start: aStart({ settledAt: at(-100) }), reports: reports(0) },
    2: { start: aStart({ at: at(4990), settledAt: at(5000) }), ...(liveness && { liveness }) },
  },
});

test.each<[what: string, vm: Vm, seconds: number, isDue: boolean]>([
  ['nobody knows of a VM', {}, 99_999, false],
  ['made, and no report for ten minutes', made, 600, false],
  ['made, and no report for longer', made, 600.001, true],
  ['reported, and silent for ten minutes', reported, 601, false],
  ['reported, and silent for fifteen minutes', reported, 900, false],
  ['reported, and silent for longer', reported, 900.001, true],
  ['reported before its insert was settled', { period: { reports: reports(0) } }, 900.001, true],
  ['the newest report counts, fifteen minutes', { ...made, period: { reports: reports(300, 10) } }, 1200, false],
  ['the newest report counts, longer', { ...made, period: { reports: reports(300, 10) } }, 1200.001, true],
  [
    'the newest object counts like a report',
    { ...made, period: { liveness: { at: at(1), newestObjectAt: at(300) } } },
    900,
    false,
  ],
  [
    'the newest object, longer ago',
    { ...made, period: { liveness: { at: at(1), newestObjectAt: at(300) } } },
    900.001,
    true,
  ],
  ['a look five minutes ago', { ...made, period: { liveness: { at: at(700) } } }, 1000, false],
  ['a look longer ago', { ...made, period: { liveness: { at: at(700) } } }, 1000.001, true],
  ['started again, and no report since for ten minutes', startedAgain(), 5600, false],
  ['started again, and no report since for longer', startedAgain(), 5600.001, true],
  [
    'started again, and that is not settled',
    { periods: { 1: { start: aStart({ settledAt: at(0) }) }, 2: { start: aStart({ at: at(100) }) } } },
    9999,
    false,
  ],
])('a look is due: %s', (_what, vm, seconds, isDue) => {
  expect(isLivenessCheckDue(aVm(vm), { nowMs: msAt(seconds) })).toBe(isDue);
});

const NO_REPORT = 'The VM did not report within 10 minutes.';
const SILENT_10 = 'The VM was silent for 10 minutes.';
const SILENT_15 = 'The VM was silent for 15 minutes.';
const FENCED = 'The VM was silent for too long.';

/** The look found that probes had come through, without a gap, up to now. */
const look = (seconds: number, overrides: Partial<Liveness> = {}): Liveness => ({
  ...{ at: at(seconds), probeAt: at(seconds - 60), probesSince: at(seconds - 9999) },
  ...overrides,
});
const looked = (vm: Vm, liveness: Liveness, overrides: Vm = {}): Vm => ({
  ...vm,
  period: { ...vm?.period, liveness },
  ...overrides,
});
const fencedAt = at(2000);

test.each<[what: string, vm: Vm, why: string | undefined]>([
  ['nobody has looked', made, undefined],
  ['nobody has looked, and it is fenced', { ...made, fencedAt }, undefined],
  ['not even a claim, after ten minutes', looked(made, { at: at(600) }), undefined],
  ['not even a claim, after longer, whatever the probes', looked(made, { at: at(600.001) }), NO_REPORT],
  ['a claim, and no probe', looked(made, { at: at(9999), newestObjectAt: at(1) }), undefined],
  ['a claim, no report for ten minutes', looked(made, look(601, { newestObjectAt: at(1) })), undefined],
  ['a claim, no report for longer', looked(made, look(601.001, { newestObjectAt: at(1) })), SILENT_10],
  ['objects come', looked(made, look(9999, { newestObjectAt: at(9500) })), undefined],
  ['silent for fifteen minutes', looked(reported, look(900)), undefined],
  ['silent for longer', looked(reported, look(900.001)), SILENT_15],
  ['silent, and objects come', looked(reported, look(1000, { newestObjectAt: at(990) })), undefined],
  ['silent, no probe for nearly five minutes', looked(reported, look(1000, { probeAt: at(700.001) })), SILENT_15],
  ['silent, no probe for five minutes', looked(reported, look(1000, { probeAt: at(700) })), undefined],
  ['silent, and no probe ever', looked(reported, look(1000, { probeAt: undefined })), undefined],
  ['silent, probes for ten minutes', looked(reported, look(1000, { probesSince: at(400) })), undefined],
  ['silent, probes for longer', looked(reported, look(1000, { probesSince: at(399.999) })), SILENT_15],
  ['silent, since when probes come is not known', looked(reported, look(1000, { probesSince: undefined })), undefined],
  ['reported before its insert was settled', looked({ period: { reports: reports(0) } }, look(901)), SILENT_15],
  ['nobody knows of a VM', looked({}, look(9999)), undefined],
  ['nobody knows of a VM, and it is fenced', looked({}, look(9999), { fencedAt }), FENCED],
  ['fenced because it was silent', looked(reported, look(901), { fencedAt }), SILENT_15],
  ['fenced, and not even a claim', looked(made, { at: at(601) }, { fencedAt }), NO_REPORT],
  ['fenced, and it has reported since', looked(reported, look(10), { fencedAt }), FENCED],
  ['fenced, and probes were missing since', looked(reported, { at: at(901) }, { fencedAt }), FENCED],
  ['started again, and silent for ten minutes', startedAgain(look(5600)), undefined],
  ['started again, and silent for longer: it had reported', startedAgain(look(5600.001)), SILENT_10],
  ['started again, silent, and no probe', startedAgain({ at: at(5601) }), undefined],
])('lost: %s', (_what, vm, why) => {
  expect(whyLost(aVm(vm))).toBe(why);
});
