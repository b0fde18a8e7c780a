// Whether somebody works on an instance, as the signals of its VM say. Pure. Idle only when every signal that the VM has was idle
// for the whole window: a busy kernel that is stopped costs more than an hour of a VM.
import { SIGNALS, type Signal, type SignalName, type Verdict } from '@mymlops/protocol';

export function verdictOf(signals: Partial<Record<SignalName, Signal>> | undefined, windowSeconds: number): Verdict {
  const said = SIGNALS.flatMap((name) => {
    const signal = signals?.[name];
    return signal && signal.says !== 'absent' ? [{ name, ...signal }] : [];
  });
  const [first, ...others] = said;
  if (!first) return { says: 'silent' };
  for (const says of ['busy', 'unknown'] as const) {
    const found = said.find((each) => each.says === says);
    if (found) return { says, signal: found.name, ...(found.detail !== undefined && { detail: found.detail }) };
  }
  // One that does not say for how long has only just become idle.
  const secondsOf = ({ idleSeconds = 0 }: Signal): number => idleSeconds;
  const last = others.reduce((least, each) => (secondsOf(each) < secondsOf(least) ? each : least), first);
  const seconds = secondsOf(last);
  return seconds >= windowSeconds ? { says: 'idle', seconds } : { says: 'recent', signal: last.name, seconds };
}
