// Firestore: dead letters that were drained, for the reader.
import type { DeadLetter, StoredDeadLetter } from '@mymlops/protocol';

export interface DeadLetters {
  write(id: string, letter: DeadLetter): Promise<void>;
  /** Those that were drained at or after `since` (ISO 8601), a hundred at most. */
  drainedSince(since: string): Promise<StoredDeadLetter[]>;
}
