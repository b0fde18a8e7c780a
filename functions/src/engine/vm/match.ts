// Matches what the cloud shows against what was wanted, both ways. Pure: the plan of a sweep.
import { attemptInName, isRunId, LABELS, type Attempt, type RunState } from '@mymlops/protocol';
import { hadVm } from '../run/attempts';
import { isOf } from './identity';

export interface Sighting {
  /** Compute Engine's numeric one. */
  id: string;
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
export function doubtsAbout(run: string, state: RunState, vms: readonly Sighting[]): AttemptDoubt[] {
  return Object.entries(state.attempts).flatMap(([key, attempt]): AttemptDoubt[] => {
    if (attempt.goneAt || attempt.stopped || !hadVm(attempt)) return [];
    const { decided } = attempt;
    const number = Number(key);
    const vm = vms.find(({ name, zone }) => name === decided.vm && zone === decided.zone);
    if (!vm || !isOf(vm, { run, number, attempt })) return [{ attempt: number, decided, seen: 'unseen' }];
    return isDown(vm) ? [{ attempt: number, decided, seen: 'stopped' }] : [];
  });
}

export interface Claim {
  run: string;
  attempt: number;
  zone: string;
}

/** What a VM or disk belongs to by its name, which nobody can change, or says to, by its labels; undefined: nothing. */
export function claimOf({ labels, name, zone }: Pick<Sighting, 'labels' | 'name' | 'zone'>): Claim | undefined {
  const claim = attemptInName(labels[LABELS.deployment] ?? '', name) ?? labelled(labels);
  return claim && { ...claim, zone };
}

function labelled(labels: Sighting['labels']): Omit<Claim, 'zone'> | undefined {
  const run = labels[LABELS.run] ?? '';
  const attempt = Number(labels[LABELS.attempt]);
  return isRunId(run) && Number.isInteger(attempt) && attempt > 0 ? { run, attempt } : undefined;
}
