// Surroundings of `--delete-history`, which each of its parts takes.
import type { Context } from '../../core/context';
import type { Administration } from '../../google/administration';

export interface Deleting {
  administration: Administration;
  deployment: string;
  context: Pick<Context, 'notice' | 'interrupted'>;
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}
