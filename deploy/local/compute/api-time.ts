// Times as Compute Engine writes them.

/** Google writes times in Pacific time. */
const PACIFIC_MS = -8 * 3_600_000;

export function timeOf(milliseconds: number): string;
export function timeOf(milliseconds: number | undefined): string | undefined;
export function timeOf(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  return new Date(milliseconds + PACIFIC_MS).toISOString().replace('Z', '-08:00');
}
