// What an invocation left that died, or whose answer was lost: an intent, a VM, a disk.
import { aCommit } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft, lose, zones, type Deployment } from '../control/interrupted';

describe('an intent whose invocation died', () => {
  /** The invocation that decided died before it asked for the VM, or right after; nobody came for so long. */
  async function leaveIntent(deployment: Deployment, when: 'before' | 'after', minutes: number): Promise<void> {
    const { google } = deployment;
    google.calls[when] = (name) => {
      if (name === 'compute.insert') throw new Error('died');
    };
    google.queue.push(aCommit({ machine: { provisioning: 'spot_then_standard' } }));
    await expect(deployment.settle(1)).rejects.toThrow('died');
    google.calls[when] = () => {};
    google.nowMs += minutes * 60_000;
    await deployment.sweep();
  }

  test('made a VM that called itself stale: after an hour it is given up, and does not count as a VM', async () => {
    const deployment = fakeDeployment();
    await leaveIntent(deployment, 'before', 60);
    const { attempts, capacity } = deployment.state();
    expect(attempts[1]).toMatchObject({
      vm: { periods: { 1: { start: { failure: { code: 'neverMade' } } } } },
      givenUp: { reason: 'lost' },
    });
    expect(attempts[1]?.vm.fencedAt).toBeDefined();
    expect([...deployment.google.created.keys()]).toEqual([attempts[2]?.vm.name]);
    expect(capacity?.since).toBeUndefined();
    for (let attempt = 2; attempt <= 4; attempt++) await lose(deployment);
    const models = Object.values(deployment.state().attempts).map(({ vm }) => vm.provisioning);
    expect(models).toEqual(['spot', 'spot', 'spot', 'standard']);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost', attempt: 4 });
  });

  test('is taken over within twenty minutes', async () => {
    const deployment = fakeDeployment();
    await leaveIntent(deployment, 'before', 15);
    expect(deployment.summary().attempt).toBe(1);
    expect(deployment.google.vms.size).toBe(1);
  });

  test('and whose VM was made nevertheless: that VM is used', async () => {
    const deployment = fakeDeployment();
    await leaveIntent(deployment, 'after', 60);
    expect(deployment.summary().attempt).toBe(1);
    expect([...deployment.google.created.values()]).toEqual([1]);
    await deployment.finish(1);
    expect(deployment.summary().status).toBe('succeeded');
  });
});

describe('a disk without a VM, which the insert says to exist', () => {
  /** The first insert's answer is lost, its operation fails late and leaves a disk; then its request id is forgotten. */
  async function leaveDisk(deployment: Deployment, labels?: Record<string, string>): Promise<void> {
    const { google } = deployment;
    const { compute } = google.context;
    const { insert } = compute;
    compute.insert = (zone, id, body) => {
      const key = `${zone}/${body.name}`;
      if (zone !== 'local-a') return insert(zone, id, body);
      if (google.disks.has(key)) return Promise.resolve({ exists: true });
      const disk = { id: '78', name: body.name, zone, labels: labels ?? body.labels, inUse: false };
      google.disks.set(key, disk);
      return Promise.reject(new Error('503'));
    };
    await deployment.publish(aCommit());
    for (let minute = 0; minute < 3; minute++) await deployment.sweep();
  }

  test('ours blocked the run: it is removed, and the next zone is tried', async () => {
    const deployment = fakeDeployment();
    await leaveDisk(deployment);
    expect(deployment.state().attempts[1]?.vm.periods[1]?.start.failure).toMatchObject({
      code: 'diskLeft',
      scope: 'zone',
    });
    expect(zones(deployment)).toEqual(['local-b']);
    await deployment.finish(1, {}, undefined, 2).catch(() => {});
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 2 });
    expectNothingLeft(deployment);
  });

  test("somebody else's stays, and the attempt says so", async () => {
    const deployment = fakeDeployment();
    await leaveDisk(deployment, { owner: 'eve' });
    const [disk] = deployment.google.disks.values();
    expect(deployment.state().attempts[1]?.vm.periods[1]?.start.failure?.message).toBe(
      `The VM was not created: a disk named ${disk?.name} exists in local-a and is not ours`,
    );
    expect(zones(deployment)).toEqual(['local-b']);
    expect([...deployment.google.disks.keys()]).toContain(`local-a/${disk?.name}`);
  });
});
