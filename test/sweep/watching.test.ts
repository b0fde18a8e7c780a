// What the sweep sees of a run's VM, and what it asks for then.
import { handleEvent } from '../../functions/src/handlers/event';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { aCommit, aMessage, aNotebook, anOutcome, anOutput, aRef, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft } from '../control/interrupted';

describe('the sweep', () => {
  test('a list that misses the VM is not believed', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.context.compute.list = () => Promise.resolve({ vms: [], disks: [], gaps: [] });
    await deployment.sweep();
    expect(deployment.summary().status).toBe('provisioning');
  });

  test('a VM that stopped with its outcome written: the outcome counts, the late report is not needed', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    deployment.google.objects.set(
      `runs/${RUN}/attempts/1/results/train.ipynb`,
      aNotebook([{ count: 1 }, { count: 2 }]),
    );
    for (const vm of deployment.google.vms.values()) vm.status = 'TERMINATED';
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: false });
    expectNothingLeft(deployment);
  });

  test('a VM that went away before it could push: the publication fails, its files are there for `publish`', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.finish(1);
    deployment.google.vms.clear();
    await deployment.sweep();
    expect(deployment.state()).toMatchObject({ end: { status: 'succeeded' }, publication: { state: 'failed' } });
    expect(deployment.google.objects.has(`runs/${RUN}/attempts/1/publish/metadata.json`)).toBe(true);
    expectNothingLeft(deployment);
  });

  test('a VM that is still stopping is waited for: its shutdown script says why', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    for (const vm of deployment.google.vms.values()) vm.status = 'STOPPING';
    await deployment.sweep();
    expect(deployment.summary().status).toBe('provisioning');
    const stopping = { preempted: true, at: '2026-11-21T10:05:00Z' };
    const { google } = deployment;
    await handleEvent(aMessage(aReport({ writer: 'shutdown', state: { stopping } })), google.context);
    google.vms.clear();
    await deployment.sweep();
    expect(deployment.state().attempts[1]?.givenUp?.reason).toBe('preempted');
  });

  test('a list that fails stops no run, and fails the sweep', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ keepSeconds: 600 }));
    await deployment.finish(1);
    deployment.google.nowMs += 600_000;
    deployment.google.faults.listFails = true;
    await expect(deployment.sweep()).rejects.toThrow('local-b was not listed');
    await deployment.settle();
    expectNothingLeft(deployment);
    expect(deployment.google.sweeps.at(-1)).toMatchObject({ advanced: [aRef()] });
  });

  test('a VM with our labels under another name is reaped by its name', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const [vm] = [...deployment.google.vms.values()];
    await deployment.finish(1);
    if (!vm) throw new Error('there was no VM');
    deployment.google.vms.set('local-a/copy', { ...vm, name: 'copy' });
    await deployment.sweep();
    expect(deployment.google.vms.size).toBe(0);
  });

  test('a VM that comes back after it was proven gone is reaped', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const [[key, vm] = []] = [...deployment.google.vms];
    await deployment.finish(1);
    expectNothingLeft(deployment);
    if (!key || !vm) throw new Error('there was no VM');
    deployment.google.vms.set(key, vm);
    await deployment.sweep();
    expectNothingLeft(deployment);
  });

  test('a VM of an unknown run and a foreign VM are left alone and the former is shown', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const labels = { 'mymlops-deployment': 'mymlops', 'mymlops-run': '20260101-000000-zzzz', 'mymlops-attempt': '1' };
    google.vms.set('local-a/stray', {
      name: 'stray',
      zone: 'local-a',
      id: '1',
      status: 'RUNNING',
      labels,
      metadata: {},
      body: undefined as never,
    });
    await deployment.sweep();
    expect(google.sweeps.at(-1)).toMatchObject({ orphans: ['local-a/stray'], reaped: [] });
    expect(google.vms.size).toBe(1);
  });

  test('an old tick is not worked on', async () => {
    const { google } = fakeDeployment();
    await handleSweep(aMessage({}, new Date(google.nowMs - 91_000).toISOString()), google.context);
    expect(google.sweeps).toEqual([]);
  });

  test('once all is settled it writes nothing but its report', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    const version = deployment.google.documents.get(RUN)?.version;
    await deployment.sweep();
    expect(deployment.google.documents.get(RUN)?.version).toBe(version);
    expect(deployment.google.sweeps).toHaveLength(1);
  });
});
