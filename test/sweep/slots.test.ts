// Slots that nobody gives back, and runs that wait for one.
import { aCommit, aRef, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

type Deployment = ReturnType<typeof fakeDeployment>;

describe('slots', () => {
  const fill = ({ google }: Deployment, holders: string[], queue: string[] = []): void =>
    void google.pools.set('deployment', {
      pool: { v: 1, max: 1, holders: holders.map((id) => aRef(id)), queue: queue.map((id) => aRef(id)) },
      version: 1,
    });

  test('those of a run that does not exist are freed, and the next one gets in', async () => {
    const deployment = fakeDeployment();
    deployment.google.context.settings.maxParallel = 1;
    fill(deployment, ['20260101-000000-zzzz'], ['20260101-000000-yyyy']);
    await deployment.publish(aCommit());
    expect(deployment.google.vms.size).toBe(0);
    await deployment.sweep();
    expect(deployment.google.vms.size).toBe(1);
    expect(deployment.google.pools.get('deployment')?.pool).toMatchObject({ holders: [aRef()], queue: [] });
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.freed).toEqual([]);
  });

  test('those of a live run are not, whoever asks', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.publish({ v: 1, type: 'free-slot', kind: 'run', id: RUN });
    expect(deployment.google.pools.get('deployment')?.pool.holders).toMatchObject([aRef()]);
  });

  test('a run that waits and was cancelled is advanced, though it is not its turn', async () => {
    const deployment = fakeDeployment();
    deployment.google.context.settings.maxParallel = 1;
    const waiting = '20261121-100001-wait';
    await deployment.publish(aCommit());
    await deployment.publish(aCommit({ run: waiting }));
    const kept = deployment.google.documents.get(waiting);
    if (!kept) throw new Error('no run');
    const cancel = { by: 'ada', at: '2026-11-21T10:00:05.000Z' };
    deployment.google.documents.set(waiting, { ...kept, state: { ...kept.state, cancel } });
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.advanced).toEqual([aRef(waiting)]);
    expect(deployment.summary(waiting)).toMatchObject({ status: 'cancelled', live: false });
  });

  test('a run that waits and is not next is not asked for', async () => {
    const deployment = fakeDeployment();
    deployment.google.context.settings.maxParallel = 1;
    await deployment.publish(aCommit());
    await deployment.publish(aCommit({ run: '20261121-100001-wait' }));
    await deployment.sweep();
    expect(deployment.google.sweeps.at(-1)?.advanced).toEqual([]);
  });
});
