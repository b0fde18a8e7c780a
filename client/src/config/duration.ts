// Durations as users write them.

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 };

/** Seconds in `90`, `30s`, `15m`, `2h` or `1d`; null for anything else. */
export function parseDuration(text: string | number): number | null {
  const match = /^(\d{1,9})([smhd]?)$/.exec(String(text).trim());
  if (!match) return null;
  return Number(match[1]) * (UNITS[match[2] || 's'] ?? 1);
}
