// `events`: what VMs reported, read from our stand-in for Firestore.
import { type StandIns, startStandIns } from '../stand-ins';
import { useTempFolders } from '../temp-folder';

const RUN = '20260101-000000-aaaa';
const tempFolder = useTempFolders();
let deployment: StandIns;
beforeEach(async () => {
  deployment = await startStandIns(tempFolder());
  const run = deployment.firestore.doc(`runs/${RUN}`);
  await run.set({ v: 1, status: 'running', message: '', live: true, attempts: {} });
  const report = { v: 1, attempt: 1, writer: 'agent', boot: 'b', seq: 1, state: { phase: 'execute', phases: {} } };
  await run
    .collection('events')
    .doc('1')
    .set({ ...report, receivedAt: '2026-01-01T12:34:56.789Z' });
});
afterEach(() => deployment.close());

test('times were UTC with milliseconds, where show and ps have local ones', async () => {
  const at = new Date('2026-01-01T12:34:56.789Z');
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${date} ${two(at.getHours())}:${two(at.getMinutes())}:56`;
  const { code, printed } = await deployment.client(['events', RUN]);
  expect(code).toBe(0);
  expect(printed().split('\n')[1]).toMatch(new RegExp(`^${time} {2}1 +agent +execute`));
});

test('--json keeps what is stored', async () => {
  const { printed } = await deployment.client(['events', RUN, '--json']);
  expect(JSON.parse(printed())).toMatchObject([{ id: '1', receivedAt: '2026-01-01T12:34:56.789Z' }]);
});
