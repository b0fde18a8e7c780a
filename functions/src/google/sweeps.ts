// Firestore behind the Sweeps port.
import { codeOf } from '@mymlops/google';
import {
  ANSWER_DAYS,
  answerPath,
  DEAD_LETTER_DAYS,
  DEAD_LETTERS,
  deadLetterInTodaysForm,
  LAST_SWEEP,
  REPORT_DAYS,
  orphanCandidateId,
  ORPHAN_CANDIDATES,
  SWEEPS,
  sweepReportInTodaysForm,
  type DeadLetter,
  type Endpoints,
  type Names,
  type OrphanCandidate,
  type SweepReport,
} from '@mymlops/protocol';
import type { Sweeps } from '../ports/sweeps';
import { ALREADY_EXISTS } from './conditions';
import { openDatabase } from './database';

/** More of them are looked at when these are gone. */
const MAX_CANDIDATES = 1000;

const MAX_SHOWN = 100;

const DAY_MS = 86_400_000;

export function openSweeps(names: Names, local: () => Endpoints | undefined): Sweeps {
  const { connect, within } = openDatabase(names, local);
  const set = async (path: string, document: object): Promise<void> => {
    await within('Firestore set', (await connect()).doc(path).set(document));
  };
  /** A Date becomes a Timestamp, after which Firestore deletes the document (a TTL policy). */
  const expiring = (document: object, at: string, days: number): object => ({
    ...document,
    expiresAt: new Date(Date.parse(at) + days * DAY_MS),
  });
  return {
    async last() {
      const found = await within('Firestore get', (await connect()).doc(LAST_SWEEP).get());
      const report = found.data() as SweepReport | undefined;
      return report && sweepReportInTodaysForm(report);
    },
    async write(report, isKept) {
      if (isKept) await set(`${SWEEPS}/${report.at}`, expiring(report, report.at, REPORT_DAYS));
      await set(LAST_SWEEP, { ...report });
    },
    writeAnswer: (id, answer) => set(answerPath(id), expiring(answer, answer.at, ANSWER_DAYS)),
    async orphanCandidates() {
      const query = (await connect()).collection(ORPHAN_CANDIDATES).limit(MAX_CANDIDATES);
      return (await within('Firestore query', query.get())).docs.map((found) => found.data() as OrphanCandidate);
    },
    async loadOrphanCandidate(id) {
      const found = await within('Firestore get', (await connect()).doc(`${ORPHAN_CANDIDATES}/${id}`).get());
      return found.data() as OrphanCandidate | undefined;
    },
    async markOrphanCandidate(candidate) {
      const mark = (await connect()).doc(`${ORPHAN_CANDIDATES}/${orphanCandidateId(candidate)}`);
      await within('Firestore create', mark.create({ ...candidate })).catch((error: unknown) => {
        if (codeOf(error) !== ALREADY_EXISTS) throw error;
      });
    },
    async dropOrphanCandidate(id) {
      await within('Firestore delete', (await connect()).doc(`${ORPHAN_CANDIDATES}/${id}`).delete());
    },
    async deadLetters(since) {
      const query = (await connect()).collection(DEAD_LETTERS).where('at', '>=', since).limit(MAX_SHOWN);
      const found = (await within('Firestore query', query.get())).docs;
      return found.map((letter) => ({ ...deadLetterInTodaysForm(letter.data() as DeadLetter), id: letter.id }));
    },
    writeDeadLetter: (id, letter) => set(`${DEAD_LETTERS}/${id}`, expiring(letter, letter.at, DEAD_LETTER_DAYS)),
  };
}
