// Firestore behind the Sweeps port.
import {
  ANSWER_DAYS,
  answerPath,
  LAST_SWEEP,
  REPORT_DAYS,
  SWEEPS,
  sweepReportInTodaysForm,
  type SweepReport,
} from '@mymlops/protocol';
import type { Sweeps } from '../ports/sweeps';
import type { Database } from './database';
import { expiring } from './expiring';

export function openSweeps({ connect, within }: Database): Sweeps {
  const set = async (path: string, document: object): Promise<void> => {
    await within(['set'], (await connect()).doc(path).set(document));
  };
  return {
    async last() {
      const found = await within('get', (await connect()).doc(LAST_SWEEP).get());
      const report = found.data() as SweepReport | undefined;
      return report && sweepReportInTodaysForm(report);
    },
    async write(report, isKept) {
      if (isKept) await set(`${SWEEPS}/${report.at}`, expiring(report, report.at, REPORT_DAYS));
      await set(LAST_SWEEP, { ...report });
    },
    writeAnswer: (id, answer) => set(answerPath(id), expiring(answer, answer.at, ANSWER_DAYS)),
  };
}
