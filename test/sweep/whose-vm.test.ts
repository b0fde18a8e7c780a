// What lies under an attempt's name and is not its VM, and its VM that no longer carries its labels.
import { aCommit, anOutput, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft, publishUnanswered, type Deployment } from '../control/interrupted';

const OURS = 'mymlops-deployment';

describe('a VM of which somebody took labels off', () => {
  test.each<[what: string, take: (labels: Record<string, string>) => void]>([
    ["the deployment's", (labels) => delete labels[OURS]],
    ['all of them', (labels) => Object.keys(labels).forEach((name) => delete labels[name])],
  ])("%s: it works on and gets its run's result; then it is theirs", async (_what, take) => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.report(1, { phase: 'execute' });
    const [[key, vm] = []] = [...google.vms];
    if (!key || !vm) throw new Error('no VM');
    take(vm.labels);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    expect(google.objects.has(`runs/${RUN}/attempts/1/fenced`)).toBe(false);
    await deployment.finish(2);
    expect(vm.metadata).toEqual({ 'mymlops-control': 'result=succeeded\n' });
    const commit = 'd'.repeat(40);
    await deployment.report(3, { phase: 'publish', outcome: true, publication: { commit } });
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 1, live: false });
    expect(deployment.state().publication).toMatchObject({ state: 'done', commit });
    expect([...google.vms.keys()]).toEqual([key]);
  });

  test('an invocation that stood still and comes back to it does not take it for somebody elses', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const { compute } = google.context;
    const { insert } = compute;
    compute.insert = async (...call) => {
      await insert(...call);
      await deployment.report(1, { phase: 'execute' }).catch(() => {});
      for (const { labels } of google.vms.values()) for (const name of Object.keys(labels)) delete labels[name];
      return { exists: true };
    };
    await deployment.publish(aCommit());
    expect(deployment.state().attempts[1]?.vm.periods[1]?.start).not.toHaveProperty('failure');
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
  });

  test('it stops without a word, and is missed at once', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    const [vm] = [...deployment.google.vms.values()];
    if (!vm) throw new Error('no VM');
    delete vm.labels[OURS];
    vm.status = 'TERMINATED';
    await deployment.sweep();
    expect(deployment.state().attempts[1]).toMatchObject({ vm: { periods: { 1: { down: { how: 'stopped' } } } } });
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  test.each<[what: string, spoil: (labels: Record<string, string>) => void]>([
    ['removed', (labels) => ['mymlops-run', 'mymlops-attempt', 'mymlops'].forEach((name) => delete labels[name])],
    ['emptied', (labels) => Object.assign(labels, { 'mymlops-run': '', 'mymlops-attempt': '' })],
    ['those of another run', (labels) => Object.assign(labels, { 'mymlops-run': '20261121-100000-zzzz' })],
    [
      'one removed, one of another run',
      (labels) => {
        labels['mymlops-run'] = '20261121-100000-zzzz';
        delete labels['mymlops-attempt'];
      },
    ],
  ])("all but the deployment's are %s: its name says whose it is, and it goes after the end", async (_what, spoil) => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    const [vm] = [...google.vms.values()];
    if (!vm) throw new Error('no VM');
    spoil(vm.labels);
    for (let minute = 1; minute <= 20; minute++) {
      await deployment.report(minute, { phase: 'execute' });
      await deployment.sweep();
    }
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    expect(google.orphanCandidates.size).toBe(0);
    await deployment.finish(21);
    await deployment.sweep();
    expectNothingLeft(deployment);
  });
});

describe('a VM that vanished and has given its name away', () => {
  const theOnly = <T>(map: Map<string, T>): T => {
    const [value] = [...map.values()];
    if (value === undefined || map.size !== 1) throw new Error('not one');
    return value;
  };

  /** Somebody deletes the VM and makes another one under its name. */
  function giveNameAway({ google }: Deployment): string {
    const [[key, vm] = []] = [...google.vms];
    if (!key || !vm) throw new Error('no VM');
    google.vms.set(key, { ...vm, id: '99', labels: { team: 'other' }, metadata: {} });
    google.disks.set(key, { id: '100', name: vm.name, zone: vm.zone, labels: {}, inUse: true });
    return key;
  }

  test('is missed at once, and whose name it is now stays', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    const key = giveNameAway(deployment);
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
    await deployment.finish(1, {}, undefined, 2);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    expect(deployment.state().cleanedAt).toBeDefined();
    expect([[...deployment.google.vms.keys()], [...deployment.google.disks.keys()]]).toEqual([[key], [key]]);
  });

  test('when it was to push gets no result under a name that is not its own', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    const key = giveNameAway(deployment);
    await deployment.finish(1);
    expect(google.vms.get(key)?.metadata).toEqual({});
    expect(deployment.state().publication).toMatchObject({ state: 'failed' });
    expect(deployment.summary().status).toBe('succeeded');
  });

  test("to one that carries our deployment's label: that goes too", async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    google.vms.set(giveNameAway(deployment), { ...theOnly(google.vms), labels: { [OURS]: 'mymlops' } });
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
    await deployment.finish(1, {}, undefined, 2);
    for (let sweeps = 0; sweeps < 3; sweeps++) await deployment.sweep();
    expect([...google.vms.keys()]).toEqual([]);
  });

  test('before its time limit was read: the run does not end for what is dropped there', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.calls.before = (name) => {
      if (name === 'compute.get') throw new Error('503');
    };
    await deployment.publish(aCommit()).catch(() => {});
    await deployment.report(1, { phase: 'execute' }).catch(() => {});
    const key = giveNameAway(deployment);
    google.vms.set(key, { ...theOnly(google.vms), maxRunDurationSeconds: undefined });
    google.calls.before = () => {};
    // One that an event asked for comes ahead of the sweep.
    google.queue.push({ v: 1, type: 'advance', kind: 'run', id: RUN });
    await deployment.settle();
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  test('before its insert was settled: an event that asks does not count as a failure', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await publishUnanswered(deployment);
    google.calls.before = (name) => {
      if (name === 'compute.get') throw new Error('503');
    };
    await deployment.report(1, { phase: 'boot' }).catch(() => {});
    google.calls.before = () => {};
    giveNameAway(deployment);
    google.queue.push({ v: 1, type: 'advance', kind: 'run', id: RUN });
    await deployment.settle();
    const { start } = deployment.state().attempts[1]?.vm.periods[1] ?? {};
    expect(start).toEqual({ at: start?.at, actor: start?.actor, maxRunDurationSeconds: expect.any(Number) });
    google.vms.clear();
    google.disks.clear();
    google.queue.push({ v: 1, type: 'advance', kind: 'run', id: RUN });
    await deployment.settle();
    await deployment.sweep();
    expect(deployment.state().attempts[1]).toMatchObject({ vm: { periods: { 1: { down: { how: 'gone' } } } } });
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });
});
