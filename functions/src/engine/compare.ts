// Matches what the cloud shows against what was wanted, both ways. Pure: the plan of a sweep.
import { attemptInName, LABELS, type Attempt, type RunState } from '@mymlops/protocol';
import { hadVm } from './attempts';

export interface Sighting {
  name: string;
  zone: string;
  labels: Record<string, string>;
  /** Compute Engine's status of a VM; absent for a disk. */
  status?: string;
}

/**
 * A VM with one of these runs no more. Any other word, also one that we do not know, counts as alive: while a VM is
 * still STOPPING its shutdown script is about to say why.
 */
const DOWN = new Set(['STOPPED', 'TERMINATED', 'SUSPENDED']);

export const isDown = ({ status }: { status?: string }): boolean => DOWN.has(status ?? '');

export interface AttemptDoubt {
  attempt: number;
  decided: Attempt['decided'];
  /** Shown as stopped by the list; or not in the list at all, which proves nothing until a GET says 404. */
  seen: 'stopped' | 'unseen';
}

/** Attempts of a live run of whose VM the list shows something else than running. */
export function doubtsAbout(state: RunState, vms: readonly Sighting[]): AttemptDoubt[] {
  return Object.entries(state.attempts).flatMap(([key, attempt]): AttemptDoubt[] => {
    if (attempt.goneAt || attempt.stopped || !hadVm(attempt)) return [];
    const { decided } = attempt;
    const vm = vms.find((candidate) => candidate.name === decided.vm && candidate.zone === decided.zone);
    if (!vm) return [{ attempt: Number(key), decided, seen: 'unseen' }];
    return isDown(vm) ? [{ attempt: Number(key), decided, seen: 'stopped' }] : [];
  });
}

export interface Claim {
  run: string;
  attempt: number;
  zone: string;
}

/** What a VM or disk says it belongs to, by its labels, or by its name where somebody took those off; undefined: nothing. */
export function claimOf({ labels, name, zone }: Pick<Sighting, 'labels' | 'name' | 'zone'>): Claim | undefined {
  const named = attemptInName(labels[LABELS.deployment] ?? '', name);
  const run = labels[LABELS.run] ?? named?.run;
  const attempt = Number(labels[LABELS.attempt] ?? named?.attempt);
  return run !== undefined && Number.isInteger(attempt) && attempt > 0 ? { run, attempt, zone } : undefined;
}
