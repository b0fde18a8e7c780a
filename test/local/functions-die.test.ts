// kill -9 of the functions amid a call, known to be amid it: the call's own write to Firestore is on its way, or is done and
// nobody heard. What `request`, `event` and `sweep` alone write tells which of them it is.
import { expectSettled } from './expect-settled';
import { expectOk, newDesk, until, type Desk } from './desk';
import { endFunctions, gateFirestore, type FirestoreGate } from './firestore-gate';
import { untilSettled } from './until-settled';
import { noMoreFaults, playFaults, untilVm } from './vms';

let desk: Desk;
let gate: FirestoreGate;
beforeAll(async () => {
  desk = await newDesk();
  gate = await gateFirestore(desk);
});
afterAll(async () => {
  await desk.close();
  await gate.close();
});

const commit = async (name: string): Promise<string> =>
  expectOk(await desk.client('commit', '--detach', desk.notebook(name, ['x = 1']))).stdout.trim();

async function expectSucceeded(run: string): Promise<void> {
  const document = await untilSettled(desk, run);
  expect(document).toMatchObject({ status: 'succeeded', attempt: 1, publication: { state: 'done' } });
  const { stdout } = expectOk(await desk.client('events', run, '--json'));
  const reports = (JSON.parse(stdout) as { writer: string; seq: number }[]).map(
    ({ writer, seq }) => `${writer} ${seq}`,
  );
  expect(new Set(reports).size).toBe(reports.length);
}

/** The functions die at the next commit that holds `text`, once before it and once after it. */
async function dieAt(text: string): Promise<void> {
  for (const moment of ['before', 'after'] as const) {
    await gate.keepCommit(text, moment);
    await endFunctions(desk);
  }
}

test('amid `event`: the report is delivered again, and is in the history once', async () => {
  const dying = dieAt('/events/');
  const run = await commit('event.ipynb');
  await dying;
  await expectSucceeded(run);
  await expectSettled(desk);
}, 240_000);

test('amid `sweep`: the next tick does its work', async () => {
  const run = await commit('sweep.ipynb');
  await dieAt('/sweeps/last');
  await expectSucceeded(run);
  await expectSettled(desk);
}, 240_000);

test('amid `request`, before its intent is written, and while it waits for the VM that it asked for: one VM is made', async () => {
  playFaults(desk, { holdInserts: true });
  const dying = gate.keepCommit('/slots/', 'before').then(() => endFunctions(desk));
  const run = await commit('request.ipynb');
  await dying;
  await untilVm(desk, run, 'STAGING');
  // The insert's own answer is in the run: from here on the operation is what is waited for.
  await until('the operation is known', async () => (await desk.show(run)).attempts[1]?.vm.periods[1]?.start.operation);
  await endFunctions(desk);
  noMoreFaults(desk);
  await expectSucceeded(run);
  await expectSettled(desk);
}, 240_000);

test('amid `request`, with its result decided and not sent: the results are pushed once', async () => {
  const dying = dieAt('resultSentAt');
  const run = await commit('result.ipynb');
  await dying;
  await expectSucceeded(run);
  await expectSettled(desk);
}, 240_000);
