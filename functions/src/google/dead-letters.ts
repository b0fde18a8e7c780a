// Firestore behind the DeadLetters port.
import { DEAD_LETTER_DAYS, DEAD_LETTERS, deadLetterInTodaysForm, type DeadLetter } from '@mymlops/protocol';
import type { DeadLetters } from '../ports/dead-letters';
import type { Database } from './database';
import { expiring } from './expiring';

const MAX_SHOWN = 100;

export function openDeadLetters({ connect, within }: Database): DeadLetters {
  return {
    async write(id, letter) {
      const document = (await connect()).doc(`${DEAD_LETTERS}/${id}`);
      await within(['set'], document.set(expiring(letter, letter.at, DEAD_LETTER_DAYS)));
    },
    async drainedSince(since) {
      const query = (await connect()).collection(DEAD_LETTERS).where('at', '>=', since).limit(MAX_SHOWN);
      const found = (await within('query', query.get())).docs;
      return found.map((letter) => ({ ...deadLetterInTodaysForm(letter.data() as DeadLetter), id: letter.id }));
    },
  };
}
