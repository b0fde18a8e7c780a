// Six runs at once, each held in another moment of its life (boot, source, setup, execute, amid uploading, amid the push to
// git): what happens to all of them at the same time, and how each ends.
import { expectSettled } from './expect-settled';
import { endProcesses, expectOk, until, type Desk } from './desk';
import { MOMENTS, newHoldingDesk, type HoldingDesk, type Moment } from './holds';
import { untilSettled } from './until-settled';
import { preempt } from './vms';

let holding: HoldingDesk;
let desk: Desk;
beforeAll(async () => {
  holding = await newHoldingDesk();
  ({ desk } = holding);
});
afterAll(() => holding.close());

/** Until then nothing is lost by doing it again; after it the outcome is in the bucket, and only the push is owed. */
const isBeforeOutcome = (moment: Moment): boolean => moment !== 'push';

/** Every run that was interrupted before its outcome succeeds with its second VM; the push is the user's to do again. */
async function expectRecovered(held: Record<Moment, string>, reason: 'preempted' | 'lost'): Promise<void> {
  for (const moment of MOMENTS) {
    const document = await untilSettled(desk, held[moment]);
    const expected = isBeforeOutcome(moment)
      ? { attempt: 2, attempts: { 1: { givenUp: { reason } } }, publication: { state: 'done' } }
      : { attempt: 1, publication: { state: 'failed', message: 'The VM went away before it could push' } };
    expect({ moment, ...document }).toMatchObject({ moment, status: 'succeeded', ...expected });
  }
  expectOk(await desk.client('publish', held.push));
  await until('the run knows', async () => (await desk.show(held.push)).publication?.state === 'done' || undefined);
}

test('preempted in each moment: another VM follows, or the results are there already', async () => {
  const held = await holding.hold(MOMENTS);
  await Promise.all(MOMENTS.map((moment) => preempt(desk, held[moment])));
  await expectRecovered(held, 'preempted');
  await expectSettled(desk);
}, 300_000);

test('kill -9 of all that runs in the VMs, in each moment: the sweep finds them stopped, and another VM follows', async () => {
  const held = await holding.hold(MOMENTS);
  endProcesses(desk.vmProcesses());
  await expectRecovered(held, 'lost');
  await expectSettled(desk);
}, 300_000);

test('kill -9 of the local cloud in each moment: all go on in the VMs that they have', async () => {
  const held = await holding.hold(MOMENTS);
  process.kill(desk.endpoints().pid, 'SIGKILL');
  holding.letGo();
  expectOk(await desk.client('local', 'up', '--sweep-seconds', '1'));
  for (const moment of MOMENTS) {
    expect({ moment, ...(await untilSettled(desk, held[moment])) }).toMatchObject({
      moment,
      status: 'succeeded',
      attempt: 1,
      publication: { state: 'done' },
    });
  }
  await expectSettled(desk);
}, 300_000);

test('cancelled at every moment: no VM is left, and a run that already had its outcome is still published', async () => {
  const { push, ...others } = await holding.hold(MOMENTS);
  const { code, stderr } = await desk.client('cancel', push, ...Object.values(others));
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(`^${push} \\(.*\\) has already ended: succeeded\\.`),
  });
  for (const [moment, run] of Object.entries(others)) {
    const document = await untilSettled(desk, run);
    expect({ moment, ...document }).toMatchObject({
      moment,
      status: 'cancelled',
      reason: 'cancelled-by-user',
      attempt: 1,
    });
    expect(Object.keys(document.attempts)).toEqual(['1']);
  }
  holding.letGo();
  expect(await untilSettled(desk, push)).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
  await expectSettled(desk);
}, 300_000);
