// One id everywhere: Firestore document, VM name, bucket prefix, output folder.

const RUN_ID = /^\d{8}-\d{6}-[a-z0-9]{4}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `YYYYMMDD-HHMMSS-xxxx` in UTC; sorts by time. `randomInt(n)` returns a whole number from 0 to n - 1. */
export function newRunId(now: Date, randomInt: (below: number) => number): string {
  const digits = now.toISOString().replace(/\D/g, '');
  const suffix = Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${suffix}`;
}

export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}
