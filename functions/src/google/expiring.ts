// Documents that Firestore deletes by itself.

const DAY_MS = 86_400_000;

/** A Date becomes a Timestamp, after which Firestore deletes the document (a TTL policy). `at`: ISO 8601. */
export const expiring = <T extends object>(document: T, at: string, days: number): T & { expiresAt: Date } => ({
  ...document,
  expiresAt: new Date(Date.parse(at) + days * DAY_MS),
});
