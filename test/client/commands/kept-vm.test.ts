// The words of `cancel`, `rm` and `show` about a VM that stays after the end (`-k`): the run's document says whether one does.
import type { RunDocument } from '@mymlops/protocol';
import { localTime } from '../../../client/src/view/times';
import { aCommit, RUN } from '../../fakes/builders';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
let deployment: StandIns;
beforeEach(async () => {
  deployment = await startStandIns(tempFolder());
});
afterEach(() => deployment.close());

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

const SUBMITTED = inHours(-2);
const TITLE = `${RUN} (submitted ${localTime(SUBMITTED)})`;

/** A run of `commit --keep` whose VM is not proven gone. */
async function has(overrides: Partial<RunDocument> & { status: 'succeeded' | 'failed' | 'cancelled' }): Promise<void> {
  const { status } = overrides;
  await deployment.firestore.doc(`runs/${RUN}`).set({
    ...{
      v: 1,
      message: '',
      live: true,
      attempts: {},
      submittedAt: SUBMITTED,
      request: aCommit({ keepSeconds: 7200 }),
    },
    end: { status, message: '', at: inHours(-1) },
    ...overrides,
  });
}

test('a VM that is kept: it can be released, and is in the way of a removal until then', async () => {
  const keptUntil = inHours(1);
  await has({ status: 'succeeded', keptUntil });
  expect((await deployment.client(['show', RUN])).printed()).toContain(
    `kept         the VM, until ${localTime(keptUntil)}`,
  );
  const time = localTime(keptUntil).slice(-5);
  expect((await deployment.client(['ps'])).printed()).toMatch(
    new RegExp(`^${RUN} +succeeded +kept until ${time} `, 'm'),
  );
  const removal = await deployment.client(['rm', RUN]);
  expect([removal.code, removal.said]).toEqual([
    101,
    [`The VM of ${RUN} is kept until ${localTime(keptUntil)}. Release it first: mymlops-client cancel ${RUN}`],
  ]);
  const release = await deployment.client(['cancel', RUN]);
  expect([release.code, release.said]).toEqual([
    0,
    [`${TITLE} has already ended: succeeded. The VM that was kept for it is now being deleted.`],
  ]);
  expect(deployment.received.splice(0)).toEqual([expect.objectContaining({ type: 'cancel', run: RUN })]);
});

test.each<[what: string, Parameters<typeof has>[0]]>([
  ['of a cancelled run', { status: 'cancelled' }],
  ['of a lost run', { status: 'failed', reason: 'lost' }],
  ['whose time is over', { status: 'succeeded', keptUntil: inHours(-0.1) }],
])('a VM %s was called kept, though it is being deleted', async (_what, overrides) => {
  await has(overrides);
  expect((await deployment.client(['show', RUN])).printed()).not.toContain('kept');
  const removal = await deployment.client(['rm', RUN]);
  expect([removal.code, removal.said]).toEqual([
    101,
    [`${RUN} has ended, but its VM is not deleted yet. Try again in a minute.`],
  ]);
  const again = await deployment.client(['cancel', RUN]);
  expect([again.code, again.said]).toEqual([0, [`${TITLE} has already ended: ${overrides.status}.`]]);
  expect(deployment.received).toEqual([]);
});
