// Whoever requests a sweep reads its report, and no other's.
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aCommit, aMessage, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

const at = (nowMs: number): string => new Date(nowMs).toISOString();

test('a tick with an id is answered with the report of its sweep', async () => {
  const { google, publish } = fakeDeployment();
  await publish(aCommit());
  await handleSweep(aMessage({ v: 1, type: 'tick', id: 'a-1' }, at(google.nowMs)), google.context);
  expect([...google.answers]).toEqual([['a-1', google.sweeps.at(-1)]]);
  expect(google.answers.get('a-1')).toMatchObject({ live: { run: 1 } });
});

test('so is one of which a part failed', async () => {
  const { google, publish } = fakeDeployment();
  await publish(aCommit({ run: RUN }));
  google.faults.listFails = true;
  const swept = handleSweep(aMessage({ v: 1, type: 'tick', id: 'a-1' }, at(google.nowMs)), google.context);
  await expect(swept).rejects.toThrow('list');
  expect(google.answers.get('a-1')).toMatchObject({ failures: [expect.stringContaining('list')] });
});

test.each([
  ["the scheduler's", { v: 1, type: 'tick' }],
  ['one whose id is not valid', { v: 1, type: 'tick', id: '../runs/x' }],
  ['any other text', { type: 'sweep!' }],
])('%s is swept, and answered to nobody', async (_what, message) => {
  const { google } = fakeDeployment();
  await handleSweep(aMessage(message, at(google.nowMs)), google.context);
  expect([google.sweeps.length, google.answers.size]).toEqual([1, 0]);
});

describe('a message that Pub/Sub delivers late, as Cloud Run had no instance free', () => {
  const LATE_MS = 120_000;

  test("a question was dropped without a word, and doctor's user read that the function does not answer: it is answered", async () => {
    const { google } = fakeDeployment();
    await handleSweep(aMessage({ v: 1, type: 'plan', id: 'q-1' }, at(google.nowMs - LATE_MS)), google.context);
    expect([...google.answers.keys()]).toEqual(['q-1']);
  });

  test('a tick is history: the next one is on its way', async () => {
    const { google } = fakeDeployment();
    await handleSweep(aMessage({ v: 1, type: 'tick', id: 'a-1' }, at(google.nowMs - LATE_MS)), google.context);
    expect([google.sweeps.length, google.answers.size]).toEqual([0, 0]);
  });
});
