// The state on disk: an entry counts once it is in the journal. The journal is rewritten when its finished messages outweigh
// the undelivered ones. Messages that are too old are dropped at the start and at each rewrite.
import type { Clock } from '../shared/clock';
import { openJournal } from '../state/journal';
import type { Log } from '../shared/log';
import { applyEntry, dropExpired, emptyState, entriesOf, type Entry, type State } from './state';

const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

export interface PubsubStore {
  readonly state: State;
  /** Journals all entries, then applies them to the state; or throws the file system's error and changes nothing. */
  append(...entries: Entry[]): void;
  close(): void;
}

/** Opens the journal `file`, creating it if absent, and rebuilds the state from it. */
export function openPubsubStore(file: string, clock: Clock, log: Log): PubsubStore {
  const state = emptyState();
  const journal = openJournal<Entry>(file, (entry) => applyEntry(state, entry));
  let compactAboveBytes = COMPACT_ABOVE_BYTES;

  const compactWhenLarge = (): void => {
    if (journal.size() <= compactAboveBytes) return;
    dropExpired(state, clock.now());
    try {
      journal.rewrite(entriesOf(state));
    } catch (error) {
      log('WARNING', 'journal not compacted', { cause: String(error) }); // the long one is still valid
    }
    // Twice the live size, so that a backlog is not copied again with every message.
    compactAboveBytes = Math.max(COMPACT_ABOVE_BYTES, 2 * journal.size());
  };
  dropExpired(state, clock.now()); // the journal still has them: they are dropped again at every start
  compactWhenLarge();

  return {
    state,
    append(...entries) {
      journal.append(...entries);
      for (const entry of entries) applyEntry(state, entry);
      compactWhenLarge();
    },
    close: () => journal.close(),
  };
}
