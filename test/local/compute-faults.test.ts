// Compute Engine as it is on a bad day, the whole way: zones without VMs, a delete that says it is done and did nothing.
import { expectSettled } from './expect-settled';
import { expectOk, newDesk, until, type Desk } from './desk';
import { noMoreFaults, operationsOn, playFaults, untilVm, vmsOf } from './vms';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

const EXHAUSTED = {
  code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
  message: 'The zone does not have enough resources available to fulfill the request.',
};

test('all zones are out of stock but one: the run is made there, and succeeds', async () => {
  playFaults(desk, { refuseInserts: { 'local-a': EXHAUSTED, 'local-b': EXHAUSTED } });
  const done = expectOk(await desk.client('commit', '--json', desk.notebook('stock.ipynb', ['x = 1'])));
  const [{ run }] = JSON.parse(done.stdout) as [{ run: string }];
  const stockedOut = (zone: string) => ({
    vm: {
      zone,
      periods: { 1: { start: { failure: { code: EXHAUSTED.code, scope: 'zone' } } } },
      goneAt: expect.any(String),
    },
    givenUp: { reason: 'no-capacity' },
  });
  expect(await desk.show(run)).toMatchObject({
    status: 'succeeded',
    attempt: 3,
    attempts: { 1: stockedOut('local-a'), 2: stockedOut('local-b'), 3: { vm: { zone: 'local-c' } } },
    publication: { state: 'done' },
  });
  noMoreFaults(desk);
  await expectSettled(desk);
}, 240_000);

test('a delete that lies is not believed: the VM is deleted again until it is gone', async () => {
  playFaults(desk, { deletesLie: true });
  const { stdout } = expectOk(await desk.client('commit', '--detach', desk.notebook('tough.ipynb', ['x = 1'])));
  const run = stdout.trim();
  const vm = await untilVm(desk, run, 'RUNNING');
  await until(
    'it was deleted twice, as Compute says',
    async () => {
      const deletes = (await operationsOn(desk, vm)).filter(({ operationType }) => operationType === 'delete');
      return deletes.filter(({ status, error }) => status === 'DONE' && !error).length > 1 || undefined;
    },
    60,
  );
  expect(await vmsOf(desk)).toEqual([expect.objectContaining({ name: vm.name, status: 'RUNNING' })]);
  const lied = await desk.show(run);
  expect(lied).toMatchObject({ status: 'succeeded', live: true });
  expect(lied.cleanedAt).toBeUndefined();
  noMoreFaults(desk);
  await expectSettled(desk);
}, 240_000);

test('cancelled while its VM is created, and while it waits for that one to make room: both end, and no VM is left', async () => {
  desk.write('single/mymlops.yml', 'project: local\ncommit:\n  command: ./run.sh\n  max_parallel: 1\n');
  const commit = async (name: string): Promise<string> => {
    const notebook = desk.notebook(`single/${name}.ipynb`, ['x = 1']);
    return expectOk(await desk.client('commit', '--detach', notebook)).stdout.trim();
  };
  playFaults(desk, { holdInserts: true });
  const first = await commit('first');
  const vm = await untilVm(desk, first, 'STAGING');
  const second = await commit('second');
  await until('the second waits', async () => (await desk.show(second)).slots?.waiting !== undefined || undefined);
  expectOk(await desk.client('cancel', second, first));
  const untilEnded = (run: string) =>
    until(
      `${run} has ended`,
      async () => {
        const document = await desk.show(run);
        return document.end ? document : undefined;
      },
      120,
    );
  const neverRan = await untilEnded(second);
  expect(neverRan).toMatchObject({ status: 'cancelled', reason: 'cancelled-by-user', attempts: {}, live: false });
  noMoreFaults(desk);
  expect(await untilEnded(first)).toMatchObject({ status: 'cancelled', reason: 'cancelled-by-user' });
  await expectSettled(desk);
  expect((await operationsOn(desk, vm)).map(({ operationType }) => operationType)).toContain('delete');
  expect((await desk.show(first)).attempts).toEqual({
    1: expect.objectContaining({ vm: expect.objectContaining({ goneAt: expect.any(String) }) }),
  });
}, 240_000);
