// Whether somebody works on an instance, in words: what each signal of its VM says, and which one keeps it on. The functions decide by
// the same rule (engine/instance/idle.ts); here it is only told.
import {
  currentPeriod,
  type InstanceDocument,
  reportsBy,
  type Signal,
  type SignalName,
  SIGNALS,
  type Verdict,
} from '@mymlops/protocol';
import { newestVm } from './instance-facts';
import { printableLine } from './printable';
import { durationText, secondsBetween } from './times';

export type Signals = Partial<Record<SignalName, Signal>>;

export interface ToldSignals {
  signals: Signals;
  /** When they were received. */
  at: string;
}

/** Those of the newest report of this period; undefined before the first. */
export function newestSignals(
  document: Pick<InstanceDocument, 'vms' | 'vmCount' | 'givenUp'>,
): ToldSignals | undefined {
  const vm = newestVm(document);
  const reports = vm ? reportsBy('agent', currentPeriod(vm)) : [];
  const told = reports.flatMap(({ state, receivedAt }) =>
    state.signals && Object.keys(state.signals).length > 0 ? [{ signals: state.signals, at: receivedAt }] : [],
  );
  return told.toSorted((left, right) => (left.at < right.at ? 1 : -1))[0];
}

/** The one that keeps it on; without one, the last that was busy. Undefined if the VM has no signal at all. */
export function decidingSignal(signals: Signals): (Signal & { name: SignalName }) | undefined {
  const present = SIGNALS.flatMap((name) => {
    const signal = signals[name];
    return signal && signal.says !== 'absent' ? [{ name, ...signal }] : [];
  });
  for (const says of ['busy', 'unknown'] as const) {
    const found = present.find((each) => each.says === says);
    if (found) return found;
  }
  return present.toSorted((left, right) => (left.idleSeconds ?? 0) - (right.idleSeconds ?? 0))[0];
}

/** `busy`, `unknown`, `12 min 00 s`, or `-` without a report. */
export function idleForText(document: InstanceDocument, now: Date): string {
  const told = newestSignals(document);
  const deciding = told && decidingSignal(told.signals);
  if (!told || !deciding) return '-';
  if (deciding.says !== 'idle') return deciding.says;
  return durationText(idleSeconds(deciding, told.at, now));
}

/** Idle until now, if nothing has changed since the report. */
export const idleSeconds = ({ idleSeconds: seconds = 0 }: Signal, at: string, now: Date): number =>
  seconds + Math.max(0, secondsBetween(at, now.toISOString()) ?? 0);

const NOUNS: Record<SignalName, { subject: string; busy: string }> = {
  kernels: { subject: 'Jupyter', busy: 'A kernel of Jupyter is busy' },
  terminals: { subject: 'the terminals', busy: 'Somebody types in a terminal' },
  ssh: { subject: 'ssh', busy: 'Somebody types in a session of ssh' },
  cpu: { subject: 'the CPU', busy: 'A program uses the CPU' },
  gpu: { subject: 'the GPU', busy: 'A program uses the GPU' },
  exec: { subject: 'a command of mymlops', busy: 'A command of mymlops runs' },
};

const withDetail = (sentence: string, detail: string | undefined): string =>
  `${sentence}${detail === undefined ? '' : `: ${printableLine(detail)}`}`;

/** One line a signal, in a fixed order; those that the VM does not have are left out. */
export function signalLines(signals: Signals): string[] {
  return SIGNALS.flatMap((name) => {
    const signal = signals[name];
    if (!signal || signal.says === 'absent') return [];
    const { says, idleSeconds: seconds, detail } = signal;
    const since = says === 'idle' && seconds !== undefined ? ` for ${durationText(seconds)}` : '';
    return [withDetail(`${name.padEnd(10)} ${says}${since}`, detail)];
  });
}

/** Why it is on: the signal in words, or for how long all have been idle. */
export function keptOnText({ signals, at }: ToldSignals, now: Date): string {
  const deciding = decidingSignal(signals);
  if (!deciding) return 'Its VM has nothing by which it could tell whether somebody works.';
  const { name, says, detail } = deciding;
  const { busy, subject } = NOUNS[name];
  if (says === 'busy') return `${withDetail(busy, detail)}.`;
  if (says === 'unknown') {
    return `${withDetail(`Whether ${subject} is busy cannot be found out, which counts as busy`, detail)}.`;
  }
  return `Nobody has worked on it for ${durationText(idleSeconds(deciding, at, now))}. The last was ${subject}.`;
}

/** The verdict by which it was stopped. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.says) {
    case 'idle':
      return `Every signal of its VM had been idle for ${durationText(verdict.seconds)}.`;
    case 'busy':
      return `${withDetail(NOUNS[verdict.signal].busy, verdict.detail)}.`;
    case 'unknown':
      return `${withDetail(`Whether ${NOUNS[verdict.signal].subject} was busy could not be found out`, verdict.detail)}.`;
    case 'recent':
      return `${NOUNS[verdict.signal].subject} had been busy ${durationText(verdict.seconds)} before.`;
    case 'silent':
      return 'Its VM had told nothing about it.';
  }
}
