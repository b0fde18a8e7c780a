// A zone that does not answer: its run goes on elsewhere, and nothing is taken for gone that cannot be seen.
import { hasExisted } from '../../functions/src/engine/vm/record';
import { aCommit, anOutput, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft, lose, zones, type Deployment } from './interrupted';

const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };

/** The zone answers no call about a single VM any more; its VM is gone, as the list shows and nobody can prove. */
function loseZone({ google }: Deployment, zone: string): void {
  const { compute } = google.context;
  const { get, getDisk } = compute;
  const refused = (): Promise<never> => Promise.reject(new Error(`403 Location ${zone} is not found`));
  compute.get = (where, name) => (where === zone ? refused() : get(where, name));
  compute.getDisk = (where, name) => (where === zone ? refused() : getDisk(where, name));
  google.vms.clear();
}

describe('a zone that does not answer any more', () => {
  test('kept its run for ever: the VM is lost because it is silent, and each sweep reports what failed', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    loseZone(deployment, 'local-a');
    let failures = 0;
    for (let minute = 0; minute < 30 && zones(deployment).length === 0; minute++) {
      await deployment.sweep().catch(() => failures++);
    }
    expect(zones(deployment)).toEqual(['local-b']);
    expect(deployment.state().attempts[1]?.givenUp?.message).toContain('silent for 15 minutes');
    expect(failures).toBeGreaterThan(15);
    expect(deployment.google.sweeps.at(-1)?.failures[0]).toContain('403 Location local-a is not found');
  });

  test('an insert that fails there is nevertheless tried in the next zone, after its fence', async () => {
    const deployment = fakeDeployment();
    loseZone(deployment, 'local-a');
    deployment.google.faults.stockedOut = new Set(['local-a']);
    await deployment.publish(aCommit()).catch(() => {});
    for (let minute = 0; minute < 7 && zones(deployment).length === 0; minute++) await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-b']);
    const [first] = Object.values(deployment.state().attempts);
    expect(first).toMatchObject({ vm: { fencedAt: expect.any(String) }, outcomeAbsentAt: expect.any(String) });
    expect(first?.vm.goneAt).toBeUndefined();
    await deployment.finish(1, {}, undefined, 2).catch(() => {});
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: true });
  });

  test("and cannot take the run's result does not delay the others: VMs elsewhere are deleted", async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.report(1, { phase: 'execute' });
    // The first VM is taken for stopped, and its zone is away just then.
    const [key, first] = [...google.vms][0] ?? [];
    if (!key || !first) throw new Error('no VM');
    first.status = 'TERMINATED';
    const { get, setMetadata } = google.context.compute;
    google.context.compute.get = (zone, name) =>
      zone === first.zone ? Promise.reject(new Error('503')) : get(zone, name);
    for (let minute = 0; minute < 10 && google.vms.size < 2; minute++) await deployment.sweep().catch(() => {});
    await deployment.report(1, { phase: 'execute' }, 2).catch(() => {});
    google.context.compute.get = get;
    google.context.compute.setMetadata = () => Promise.reject(new Error('503'));
    await deployment.finish(2, {}, undefined, 2).catch(() => {});
    expect(deployment.summary().status).toBe('succeeded');
    for (let minute = 0; minute < 8; minute++) await deployment.sweep().catch(() => {});
    expect([...google.vms.keys()]).not.toContain(key);
    google.context.compute.setMetadata = setMetadata;
    await deployment.sweep();
    await deployment.sweep();
    expect(deployment.state().attempts[2]?.resultSentAt).toBeDefined();
  });

  test("and cannot take the run's result: nothing is sent any more once the VM's time limit is over", async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    const asked: number[] = [];
    google.context.compute.setMetadata = () => {
      asked.push(google.nowMs);
      return Promise.reject(new Error('503'));
    };
    await deployment.finish(1).catch(() => {});
    await deployment.sweep().catch(() => {});
    expect(asked.length).toBeGreaterThan(1);
    loseZone(deployment, 'local-a');
    google.nowMs +=
      (deployment.state().attempts[1]?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0) * 1000 + 3_600_000;
    const overMs = google.nowMs;
    for (let minute = 0; minute < 25; minute++) await deployment.sweep().catch(() => {});
    expect(asked.filter((at) => at > overMs)).toEqual([]);
    expect(google.pools.get('deployment')?.pool.holders).toEqual([]);
    // The results are in the bucket, with what `publish` needs.
    expect(deployment.state().publication).toMatchObject({ state: 'failed' });
    expect(google.objects.has(`runs/${RUN}/attempts/1/publish/message.txt`)).toBe(true);
  });

  describe('nobody can say whether it made a VM: the answer to the insert was lost', () => {
    const begin = async (): Promise<Deployment> => {
      const deployment = fakeDeployment();
      const { compute } = deployment.google.context;
      const { insert } = compute;
      compute.insert = async (zone, ...rest) => {
        const answer = await insert(zone, ...rest);
        return zone === 'local-a' ? Promise.reject(new Error('503')) : answer;
      };
      const { vms } = deployment.google;
      await deployment.publish(aCommit()).catch(() => {});
      const made = new Map(vms);
      loseZone(deployment, 'local-a');
      for (const [key, vm] of made) vms.set(key, vm);
      return deployment;
    };
    const untilSecond = async (deployment: Deployment): Promise<number> => {
      for (let minutes = 0; ; minutes++) {
        if (deployment.summary().attempt === 2 || minutes === 60) return minutes;
        await deployment.sweep().catch(() => {});
      }
    };

    test('its VM has never reported: it is fenced and given up', async () => {
      const deployment = await begin();
      const minutes = await untilSecond(deployment);
      expect([minutes > 25, minutes < 40]).toEqual([true, true]);
      expect(deployment.state().attempts[1]).toMatchObject({
        vm: { periods: { 1: { start: { failure: { code: 'unanswered' } } } }, fencedAt: expect.any(String) },
        outcomeAbsentAt: expect.any(String),
        // It was called a want of capacity.
        givenUp: {
          reason: 'lost',
          message:
            'local-a has not answered for 30 minutes whether the VM was created (Error: 403 Location local-a is not found).',
        },
      });
      expect(deployment.state().attempts[2]?.vm.zone).toBe('local-b');
    });

    test('its VM has claimed its attempt, and no probe comes through: it goes on', async () => {
      const deployment = await begin();
      deployment.google.faults.eventDown = true;
      const claim = `runs/${RUN}/attempts/1/claim`;
      deployment.google.objects.set(claim, 'boot');
      deployment.google.writtenAt.set(claim, new Date(deployment.google.nowMs).toISOString());
      expect(await untilSecond(deployment)).toBe(60);
      expect(deployment.state().attempts[1]).not.toHaveProperty('givenUp');
    });

    test('its VM has reported, and is silent since then: it is lost, and counts as a VM', async () => {
      const deployment = await begin();
      await deployment.report(1, { phase: 'execute' }).catch(() => {});
      const minutes = await untilSecond(deployment);
      expect([minutes > 14, minutes < 30]).toEqual([true, true]);
      const [first] = Object.values(deployment.state().attempts);
      expect(first?.givenUp?.message).toContain('silent for 15 minutes');
      expect(first && hasExisted(first.vm)).toBe(true);
    });
  });

  test('it is the only one: the run waits no longer than its queue limit', async () => {
    const deployment = fakeDeployment();
    deployment.google.zones = ['local-a'];
    loseZone(deployment, 'local-a');
    deployment.google.faults.stockedOut = new Set(['local-a']);
    await deployment.publish(aCommit({ queueLimitSeconds: 1200 })).catch(() => {});
    for (let minute = 0; minute < 30 && !deployment.state().end; minute++) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'no-capacity' });
  });

  test('it is the only one, and never answers for an insert: the reason is not capacity', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = ['local-a'];
    google.context.compute.insert = () => Promise.reject(new Error('503'));
    loseZone(deployment, 'local-a');
    await deployment.publish(aCommit({ queueLimitSeconds: 3600 })).catch(() => {});
    for (let minute = 0; minute < 150 && !deployment.state().end; minute++) await deployment.sweep().catch(() => {});
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost' });
    expect(deployment.summary().message).toMatch(
      /^No VM came within queue_limit\. Tried: local-a \d times\. local-a has not answered for 30 minutes/,
    );
  });

  test('only its operations cannot be read: the VM counts as gone nevertheless, for whatever cause', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.context.compute.operationsOn = () => Promise.reject(new Error('503'));
    await lose(deployment);
    expect(deployment.google.sweeps[0]?.failures[0]).toContain('cause of the end of mymlops-');
    expect(deployment.state().attempts[1]?.vm.periods[1]?.down).toMatchObject({ how: 'gone' });
    expect(deployment.summary().attempt).toBe(2);
  });

  test('its operations cannot be read near the time limit, when the cause decides: the next sweep asks again', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    deployment.google.context.compute.operationsOn = () => Promise.reject(new Error('503'));
    deployment.google.nowMs += (deployment.state().attempts[1]?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0) * 1000;
    await expect(lose(deployment)).rejects.toThrow('503');
    expect(deployment.state().attempts[1]?.vm.periods[1]?.down).toBeUndefined();
  });

  test('after a cancel the run keeps its slot while its VM may run, and no longer than the VM can', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    loseZone(deployment, 'local-a');
    await deployment.publish(cancel).catch(() => {});
    const holders = () => google.pools.get('deployment')?.pool.holders.map(({ id }) => id);
    for (let minute = 0; minute < 30; minute++) await deployment.sweep().catch(() => {});
    expect([deployment.summary().status, holders()]).toEqual(['cancelled', [RUN]]);
    google.nowMs +=
      (deployment.state().attempts[1]?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0) * 1000 + 3_600_000;
    await deployment.sweep().catch(() => {});
    await deployment.settle().catch(() => {});
    expect(holders()).toEqual([]);
    // Not proven gone: it is still looked for.
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: true });
    expect(deployment.state().cleanedAt).toBeUndefined();
  });

  test('after a cancel a failed insert there keeps the slot as long as a VM of it could live, and no longer', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = ['local-a'];
    google.faults.stockedOut = new Set(['local-a']);
    loseZone(deployment, 'local-a');
    await deployment.publish(aCommit()).catch(() => {});
    await deployment.publish(cancel).catch(() => {});
    const holders = () => google.pools.get('deployment')?.pool.holders.map(({ id }) => id);
    for (let minute = 0; minute < 30; minute++) await deployment.sweep().catch(() => {});
    expect(deployment.state().attempts[1]).toMatchObject({
      vm: { periods: { 1: { start: { failure: { reason: 'no-capacity' } } } } },
    });
    expect([deployment.summary().status, holders()]).toEqual(['cancelled', [RUN]]);
    google.nowMs +=
      (deployment.state().attempts[1]?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0) * 1000 + 3_600_000;
    await deployment.sweep().catch(() => {});
    expect(holders()).toEqual([]);
    expect(deployment.state().cleanedAt).toBeUndefined();
  });

  test('an insert that was given up there is still under way when the zone is back: its VM is waited for, and deleted', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const { compute } = google.context;
    const { insert, get, getDisk, awaitOperation } = compute;
    let isOut = true;
    let make: (() => Promise<unknown>) | undefined;
    const answers = async <T>(zone: string, call: () => Promise<T>): Promise<T> =>
      isOut && zone === 'local-a' ? Promise.reject(new Error('503')) : call();
    compute.get = (zone, name) => answers(zone, () => get(zone, name));
    compute.getDisk = (zone, name) => answers(zone, () => getDisk(zone, name));
    compute.awaitOperation = (zone, operation, seconds) =>
      answers(zone, async () =>
        operation === 'slow' && make ? { done: false } : awaitOperation(zone, operation, seconds),
      );
    compute.insert = async (zone, id, body) => {
      if (zone !== 'local-a') return insert(zone, id, body);
      make = () => insert(zone, id, body);
      return { operation: 'slow' };
    };
    await deployment.publish(aCommit()).catch(() => {});
    for (let minute = 0; minute < 40 && zones(deployment).length === 0; minute++)
      await deployment.sweep().catch(() => {});
    expect(deployment.state().attempts[1]?.vm.periods[1]?.start.failure?.code).toBe('unanswered');
    await deployment.finish(1, {}, undefined, 2).catch(() => {});
    isOut = false;
    for (let minute = 0; minute < 3; minute++) await deployment.sweep();
    expect(deployment.state().attempts[1]?.vm.goneAt).toBeUndefined();
    await make?.();
    make = undefined;
    for (let minute = 0; minute < 3; minute++) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 2, live: false });
    expectNothingLeft(deployment);
  });
});
