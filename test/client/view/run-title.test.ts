import type { RunDocument } from '@mymlops/protocol';
import { runTitle } from '../../../client/src/view/run-title';
import { localTime } from '../../../client/src/view/times';

const RUN = '20260101-000000-aaaa';
const [submittedAt, startedAt] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'];

test.each<[Partial<RunDocument>, string]>([
  [{ notebook: 'a.ipynb', submittedAt, startedAt }, `${RUN} (a.ipynb, started ${localTime(startedAt)})`],
  [{ notebook: 'a.ipynb', submittedAt }, `${RUN} (a.ipynb, submitted ${localTime(submittedAt)})`],
  [{}, RUN],
])('%j', (overrides, title) => {
  expect(runTitle(RUN, { v: 1, status: 'running', message: '', live: true, attempts: {}, ...overrides })).toBe(title);
});
