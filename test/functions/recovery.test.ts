// Interruption, loss and want of capacity: another attempt follows. A user's error is never tried again.
import type { RunState, Stop } from '@mymlops/protocol';
import { hadVm } from '../../functions/src/engine/attempts';
import { observeStopped } from '../../functions/src/engine/observe';
import { aCommit, anOutcome, anOutput, aNotebook, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

type Deployment = ReturnType<typeof fakeDeployment>;

const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const closed = (attempt: number): string => `runs/${RUN}/attempts/${attempt}/closed`;
const zones = ({ google }: Deployment): string[] => [...google.vms.values()].map(({ zone }) => zone);

function expectNothingLeft({ google, state }: Deployment): void {
  expect([...google.vms.keys(), ...google.disks.keys()]).toEqual([]);
  expect(state().cleanedAt).toBeDefined();
}

/** The VM is gone without a word. */
async function lose(deployment: Deployment): Promise<void> {
  deployment.google.vms.clear();
  await deployment.sweep();
}

describe('a VM that vanished', () => {
  test('another attempt follows, in another zone; its outcome ends the run', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.report(1, { phase: 'execute' });
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2, live: true });
    expect(deployment.summary().message).toContain('Attempt 1 was lost');
    expect(deployment.google.objects.has(closed(1))).toBe(true);
    expect(zones(deployment)).toEqual(['local-b']);
    await deployment.report(1, { phase: 'execute' }, 2);
    expect(deployment.summary().status).toBe('running');
    await deployment.finish(2, {}, aNotebook([{ count: 1 }]), 2);
    const commit = 'd'.repeat(40);
    await deployment.report(3, { phase: 'publish', outcome: true, publication: { commit } }, 2);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(deployment.state().publication).toMatchObject({ state: 'done', commit });
    expectNothingLeft(deployment);
  });

  test('its zone says that somebody deleted it: the message does too, and another attempt follows', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.faults.operations = [{ type: 'delete', at: '2026-11-21T10:01:00.000Z' }];
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
    expect(deployment.summary().message).toContain('Attempt 1 was deleted by somebody; ');
    for (let attempt = 2; attempt <= 3; attempt++) await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost', attempt: 3 });
    expect(deployment.summary().message).toContain('The VM was deleted by somebody');
  });

  test('before its time limit could be read counted as lost, whatever its zone knew', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const { get } = google.context.cloud;
    google.context.cloud.get = (...where) => {
      google.vms.clear();
      return get(...where);
    };
    google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T10:00:30.000Z' }];
    await deployment.publish(aCommit());
    google.context.cloud.get = get;
    await deployment.sweep();
    expect(deployment.state().attempts[1]).toMatchObject({ stopped: { cause: 'preempted' } });
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  describe('because Google ended it at its maxRunDuration', () => {
    /** Long enough after its start; the functions were away meanwhile. */
    async function endAtLimit(deployment: Deployment): Promise<void> {
      const { google, state } = deployment;
      const { decided } = Object.values(state().attempts).at(-1) ?? {};
      const startedMs = google.nowMs;
      google.nowMs += (decided?.maxRunDurationSeconds ?? 0) * 1000;
      const at = (ms: number): string => new Date(ms).toISOString();
      google.faults.operations = [
        { type: 'insert', at: at(startedMs - 20_000), endedAt: at(startedMs) },
        { type: 'delete', at: at(google.nowMs) },
      ];
      await lose(deployment);
    }

    test('the command had its time: timed out, and not tried again', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      const phases = { boot: '2026-11-21T07:00:00Z', execute: '2026-11-21T07:05:00Z' };
      await deployment.report(1, { phase: 'execute', phases });
      await endAtLimit(deployment);
      expect(deployment.state().attempts[1]?.stopped).toMatchObject({ how: 'gone', cause: 'time-limit' });
      expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'timed-out', attempt: 1 });
      expect(deployment.summary().message).toContain('used up max_run');
      expect(deployment.google.created.size).toBe(1);
      expectNothingLeft(deployment);
    });

    test.each<[string, Parameters<Deployment['report']>[1]]>([
      ['the command never began', { phase: 'source', phases: { boot: '2026-11-21T07:00:00Z' } }],
      [
        'it began when most of the time was gone',
        { phase: 'execute', phases: { boot: '2026-11-21T07:00:00Z', execute: '2026-11-21T09:00:00Z' } },
      ],
      [
        'it had ended by itself',
        {
          phase: 'publish',
          phases: { boot: '2026-11-21T07:00:00Z', execute: '2026-11-21T07:05:00Z' },
          command: { exit: 0, timedOut: false, finishedAt: '2026-11-21T07:06:00Z' },
        },
      ],
    ])('%s: that is an interruption, and says whose', async (_what, said) => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit({ maxRunSeconds: 600 }));
      await deployment.report(1, said);
      await endAtLimit(deployment);
      expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
      expect(deployment.summary().message).toContain("Attempt 1 was ended at its VM's time limit; ");
      expect(deployment.state().attempts[1]?.givenUp?.message).toContain('maxRunDuration');
    });
  });

  test('its command had been ended at max_run, and it was preempted before it could save: timed out', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const command = { exit: 143, timedOut: true, finishedAt: '2026-11-21T11:00:00Z' };
    await deployment.report(1, { phase: 'publish', command });
    deployment.google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T11:00:00.000Z' }];
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'timed-out' });
    expect(deployment.google.created.size).toBe(1);
  });

  test('a silent one that we delete ourselves was lost, whatever its zone says of that', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    for (let minutes = 0; minutes < 15 && !deployment.state().attempts[2]; minutes++) await deployment.sweep();
    deployment.google.faults.operations = [{ type: 'delete', at: '2026-11-21T10:01:00.000Z' }];
    await deployment.sweep();
    expect(deployment.summary().message).toContain('Attempt 1 was lost; ');
  });

  test('three VMs at most', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    for (let attempt = 1; attempt <= 3; attempt++) await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost', attempt: 3 });
    expect([...deployment.google.created.values()]).toEqual([1, 1, 1]);
    expectNothingLeft(deployment);
  });

  test('its outcome was there all the same: it counts, and nothing is run again', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    deployment.google.objects.set(`runs/${RUN}/attempts/1/results/train.ipynb`, aNotebook([{ count: 1 }]));
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(deployment.google.created.size).toBe(1);
    expectNothingLeft(deployment);
  });

  test('an attempt that was given up leaves no place for an outcome', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await lose(deployment);
    const object = `runs/${RUN}/attempts/1/outcome.json`;
    expect(await deployment.google.context.results.create(object, anOutcome())).toBe(false);
  });

  test('setup failed before: that is no interruption, also where a preemption follows', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const failure = { reason: 'setup-failed' as const, message64: Buffer.from('pip: no').toString('base64') };
    await deployment.report(1, { phase: 'setup', failure });
    deployment.google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T11:00:00.000Z' }];
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'setup-failed' });
    expect(deployment.google.created.size).toBe(1);
  });

  describe('and had reported a failure of the machine before', () => {
    const reportFailure = (deployment: Deployment, reason: 'internal' | 'source-unavailable', attempt = 1) => {
      const message64 = Buffer.from('HTTP 503').toString('base64');
      return deployment.report(1, { phase: 'boot', failure: { reason, message64 } }, attempt);
    };

    test.each(['internal', 'source-unavailable'] as const)(
      '%s beat a preemption: that is an interruption, and another attempt follows',
      async (reason) => {
        const deployment = fakeDeployment();
        await deployment.publish(aCommit());
        await reportFailure(deployment, reason);
        deployment.google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T11:00:00.000Z' }];
        await lose(deployment);
        expect(deployment.state().attempts[1]?.givenUp?.reason).toBe('preempted');
        expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
      },
    );

    test('internal is tried again on three VMs at most, and is then the reason', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      for (let attempt = 1; attempt <= 3; attempt++) {
        expect(deployment.summary()).toMatchObject({ live: true, attempt });
        await reportFailure(deployment, 'internal', attempt);
        await lose(deployment);
      }
      expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', attempt: 3 });
    });

    test('a snapshot that cannot be read is not tried again', async () => {
      const deployment = fakeDeployment();
      await deployment.publish(aCommit());
      await reportFailure(deployment, 'source-unavailable');
      await lose(deployment);
      expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'source-unavailable' });
    });
  });

  test('a cancel while it is brought back ends it, with the VM of the next attempt', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await lose(deployment);
    await deployment.publish(cancel);
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: false });
    expectNothingLeft(deployment);
  });

  test('spot_then_standard: after two interrupted spot VMs a standard one', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ instance: { provisioning: 'spot_then_standard' } }));
    await lose(deployment);
    await lose(deployment);
    const models = Object.values(deployment.state().attempts).map(({ decided }) => decided.provisioning);
    expect(models).toEqual(['spot', 'spot', 'standard']);
  });

  test('a zone that cannot be asked does not hold the run up for long', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    for (const vm of google.vms.values()) vm.status = 'TERMINATED';
    const { delete: real } = google.context.cloud;
    google.context.cloud.delete = () => Promise.reject(new Error('503'));
    await deployment.sweep();
    expect(deployment.summary().attempt).toBe(1);
    google.nowMs += 6 * 60_000;
    await deployment.sweep();
    expect(deployment.summary().attempt).toBe(2);
    google.context.cloud.delete = real;
    await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-b']);
  });
});

/** The zone answers no more that is asked of a single VM; its VM is gone, as the list shows and nobody can prove. */
function loseZone({ google }: Deployment, zone: string): void {
  const { cloud } = google.context;
  const { get, getDisk } = cloud;
  const refused = (): Promise<never> => Promise.reject(new Error(`403 Location ${zone} is not found`));
  cloud.get = (where, name) => (where === zone ? refused() : get(where, name));
  cloud.getDisk = (where, name) => (where === zone ? refused() : getDisk(where, name));
  google.vms.clear();
}

describe('a zone that cannot be asked any more', () => {
  test('kept its run for ever: the VM is lost by its silence, and each sweep says what failed', async () => {
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

  test('an insert that fails there is tried in the next zone all the same, behind a closed fence', async () => {
    const deployment = fakeDeployment();
    loseZone(deployment, 'local-a');
    deployment.google.faults.dry = new Set(['local-a']);
    await deployment.publish(aCommit()).catch(() => {});
    for (let minute = 0; minute < 7 && zones(deployment).length === 0; minute++) await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-b']);
    const [first] = Object.values(deployment.state().attempts);
    expect(first).toMatchObject({ closedAt: expect.any(String), outcomeAbsentAt: expect.any(String) });
    expect(first?.goneAt).toBeUndefined();
    await deployment.finish(1, {}, undefined, 2).catch(() => {});
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', live: true });
  });

  describe('whether it made a VM cannot be asked: the answer to the insert was lost', () => {
    const begin = async (): Promise<Deployment> => {
      const deployment = fakeDeployment();
      const { cloud } = deployment.google.context;
      const { insert } = cloud;
      cloud.insert = async (zone, ...rest) => {
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

    test('its VM was never heard of: it is given up behind its fence', async () => {
      const deployment = await begin();
      const minutes = await untilSecond(deployment);
      expect([minutes > 25, minutes < 40]).toEqual([true, true]);
      expect(deployment.state().attempts[1]).toMatchObject({
        insert: { failure: { code: 'unanswered' } },
        closedAt: expect.any(String),
        outcomeAbsentAt: expect.any(String),
      });
    });

    test('its VM has claimed its attempt, and no canary comes through: it goes on', async () => {
      const deployment = await begin();
      deployment.google.faults.eventDown = true;
      const claim = `runs/${RUN}/attempts/1/claim`;
      deployment.google.objects.set(claim, 'boot');
      deployment.google.writtenAt.set(claim, new Date(deployment.google.nowMs).toISOString());
      expect(await untilSecond(deployment)).toBe(60);
      expect(deployment.state().attempts[1]).not.toHaveProperty('givenUp');
    });

    test('its VM has reported, and is silent since: it is lost, and counts as a VM', async () => {
      const deployment = await begin();
      await deployment.report(1, { phase: 'execute' }).catch(() => {});
      const minutes = await untilSecond(deployment);
      expect([minutes > 14, minutes < 30]).toEqual([true, true]);
      const [first] = Object.values(deployment.state().attempts);
      expect(first?.givenUp?.message).toContain('silent for 15 minutes');
      expect(first && hadVm(first)).toBe(true);
    });
  });

  test('it is the only one: the run waits no longer than its queue limit', async () => {
    const deployment = fakeDeployment();
    deployment.google.zones = ['local-a'];
    loseZone(deployment, 'local-a');
    deployment.google.faults.dry = new Set(['local-a']);
    await deployment.publish(aCommit({ queueLimitSeconds: 1200 })).catch(() => {});
    for (let minute = 0; minute < 30 && !deployment.state().end; minute++) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'no-capacity' });
  });

  test('only its operations cannot be had: the VM counts as gone all the same, for whatever cause', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.context.cloud.operationsOn = () => Promise.reject(new Error('503'));
    await lose(deployment);
    expect(deployment.google.sweeps[0]?.failures[0]).toContain('cause of the end of mymlops-');
    expect(deployment.state().attempts[1]?.stopped).toMatchObject({ how: 'gone' });
    expect(deployment.summary().attempt).toBe(2);
  });

  test('nor at the time limit, where the cause decides: the next sweep asks again', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    deployment.google.context.cloud.operationsOn = () => Promise.reject(new Error('503'));
    deployment.google.nowMs += (deployment.state().attempts[1]?.decided.maxRunDurationSeconds ?? 0) * 1000;
    await expect(lose(deployment)).rejects.toThrow('503');
    expect(deployment.state().attempts[1]?.stopped).toBeUndefined();
  });

  test('after a cancel the run keeps its place while its VM may run, and no longer than the VM can', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    loseZone(deployment, 'local-a');
    await deployment.publish(cancel).catch(() => {});
    const holders = () => google.limits.get('deployment')?.limit.holders;
    for (let minute = 0; minute < 30; minute++) await deployment.sweep().catch(() => {});
    expect([deployment.summary().status, holders()]).toEqual(['cancelled', [RUN]]);
    google.nowMs += (deployment.state().attempts[1]?.decided.maxRunDurationSeconds ?? 0) * 1000 + 3_600_000;
    await deployment.sweep().catch(() => {});
    await deployment.settle().catch(() => {});
    expect(holders()).toEqual([]);
    // Not proven gone: it is still looked for.
    expect(deployment.summary()).toMatchObject({ status: 'cancelled', live: true });
    expect(deployment.state().cleanedAt).toBeUndefined();
  });
});

describe('a silent VM', () => {
  const minutes = async (deployment: Deployment, count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute++) await deployment.sweep();
  };

  test('that never reported and never claimed its attempt is lost after ten minutes', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.faults.eventDown = true;
    await minutes(deployment, 9);
    expect(deployment.summary().status).toBe('provisioning');
    await minutes(deployment, 2);
    expect(deployment.state().attempts[1]?.givenUp?.reason).toBe('lost');
  });

  test('that reported is lost after a quarter of an hour in which canaries came through', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    await minutes(deployment, 14);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    await minutes(deployment, 3);
    expect(deployment.state().attempts[1]?.givenUp?.message).toContain('silent for 15 minutes');
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  test('is not lost while no canary comes through: it may be us', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    deployment.google.faults.eventDown = true;
    await minutes(deployment, 120);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    // `event` is back, and delivers what waited before anyone is declared lost.
    deployment.google.faults.eventDown = false;
    await minutes(deployment, 5);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
  });

  test('that speaks up once it was given up is not taken back: its fence is closed', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    const { create } = google.context.results;
    google.context.results.create = () => Promise.reject(new Error('503'));
    for (let minute = 0; minute < 18; minute++) await deployment.sweep().catch(() => {});
    expect(deployment.state().attempts[1]).toMatchObject({ closedAt: expect.any(String) as string });
    expect(deployment.state().attempts[1]?.givenUp).toBeUndefined();
    google.context.results.create = create;
    await deployment.report(2, { phase: 'execute' });
    expect(deployment.state().attempts[1]?.givenUp?.reason).toBe('lost');
  });

  test('is not lost while it writes to the bucket', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    for (let quarter = 0; quarter < 6; quarter++) {
      await minutes(deployment, 10);
      await deployment.google.context.results.write(`runs/${RUN}/attempts/1/results/log.txt`, `${quarter}`);
    }
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
  });
});

describe('an intent that was left lying', () => {
  /** The invocation that decided died before it asked for the VM, or right after; nobody came for so long. */
  async function leaveIntent(deployment: Deployment, when: 'before' | 'after', minutes: number): Promise<void> {
    const { google } = deployment;
    google.calls[when] = (name) => {
      if (name === 'cloud.insert') throw new Error('died');
    };
    google.queue.push(aCommit({ instance: { provisioning: 'spot_then_standard' } }));
    await expect(deployment.settle(1)).rejects.toThrow('died');
    google.calls[when] = () => {};
    google.nowMs += minutes * 60_000;
    await deployment.sweep();
  }

  test('made a VM that called itself stale: after an hour it is given up, and counts as no VM', async () => {
    const deployment = fakeDeployment();
    await leaveIntent(deployment, 'before', 60);
    const { attempts, capacity } = deployment.state();
    expect(attempts[1]).toMatchObject({ insert: { failure: { code: 'neverMade' } }, givenUp: { reason: 'lost' } });
    expect(attempts[1]?.closedAt).toBeDefined();
    expect([...deployment.google.created.keys()]).toEqual([attempts[2]?.decided.vm]);
    expect(capacity?.since).toBeUndefined();
    for (let attempt = 2; attempt <= 4; attempt++) await lose(deployment);
    const models = Object.values(deployment.state().attempts).map(({ decided }) => decided.provisioning);
    expect(models).toEqual(['spot', 'spot', 'spot', 'standard']);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost', attempt: 4 });
  });

  test('is taken over within twenty minutes', async () => {
    const deployment = fakeDeployment();
    await leaveIntent(deployment, 'before', 15);
    expect(deployment.summary().attempt).toBe(1);
    expect(deployment.google.vms.size).toBe(1);
  });

  test('and whose VM was made all the same: that VM goes on', async () => {
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
    const { cloud } = google.context;
    const { insert } = cloud;
    cloud.insert = (zone, id, body) => {
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

  test('ours wedged the run: it is removed, and the next zone tried', async () => {
    const deployment = fakeDeployment();
    await leaveDisk(deployment);
    expect(deployment.state().attempts[1]?.insert?.failure).toMatchObject({ code: 'diskLeft', scope: 'zone' });
    expect(zones(deployment)).toEqual(['local-b']);
    await deployment.finish(1, {}, undefined, 2).catch(() => {});
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 2 });
    expectNothingLeft(deployment);
  });

  test("somebody else's stays, and the attempt says so", async () => {
    const deployment = fakeDeployment();
    await leaveDisk(deployment, { owner: 'eve' });
    const [disk] = deployment.google.disks.values();
    expect(deployment.state().attempts[1]?.insert?.failure?.message).toBe(
      `a disk named ${disk?.name} exists in local-a and is not ours`,
    );
    expect(zones(deployment)).toEqual(['local-b']);
    expect([...deployment.google.disks.keys()]).toContain(`local-a/${disk?.name}`);
  });
});

describe('no capacity', () => {
  test('the next zone is tried at once', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.dry = new Set(['local-a']);
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'provisioning', zone: 'local-b', attempt: 2 });
    expect(zones(deployment)).toEqual(['local-b']);
  });

  test('all zones dry: it pauses, says since when, and tries again', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.dry = new Set(['local-a', 'local-b']);
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued', attempt: 2 });
    expect(deployment.summary().message).toMatch(/^Waits for capacity since 2026-11-21 10:00 UTC; tries again at /);
    deployment.google.faults.dry.clear();
    await deployment.sweep();
    await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-a']);
    expect(deployment.state().capacity).toMatchObject({ tried: [], rounds: 0 });
    expect(deployment.state().capacity?.waitedSeconds).toBeGreaterThan(60);
  });

  test('beyond its queue limit the run fails and names what was tried; three thousand stock-outs fit into the document', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = Array.from({ length: 30 }, (_, index) => `zone-${String(index).padStart(2, '0')}`);
    google.faults.dry = new Set(google.zones);
    await deployment.publish(aCommit({ queueLimitSeconds: 9 * 3600 }));
    while (!deployment.state().end) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'no-capacity' });
    expect(deployment.summary().message).toMatch(/zone-00 \d+ times/);
    expect(deployment.summary().attempt).toBeGreaterThan(3000);
    expect(JSON.stringify(deployment.state()).length).toBeLessThan(50_000);
    const { ledger, attempts } = deployment.state();
    expect(google.moved.size).toBe(ledger?.moved);
    expect(google.moved.size + Object.keys(attempts).length).toBe(deployment.summary().attempt);
    expectNothingLeft(deployment);
  });

  test('zones that Compute Engine names come first', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = ['a', 'b', 'c'];
    const { insert } = google.context.cloud;
    google.context.cloud.insert = (zone, id, body) =>
      zone === 'a'
        ? Promise.resolve({ refused: { code: 'GPU_STOCKOUT', message: 'no', zonesAvailable: ['c', 'z'] } })
        : insert(zone, id, body);
    await deployment.publish(aCommit());
    expect(zones(deployment)).toEqual(['c']);
  });

  test('another run avoids the zone that was dry a moment ago', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.dry = new Set(['local-a']);
    await deployment.publish(aCommit());
    const other = '20261121-100001-efgh';
    await deployment.publish(aCommit({ run: other }));
    expect(deployment.google.documents.get(other)?.state.attempts[1]?.decided.zone).toBe('local-b');
  });

  test('a code that nobody has met is the zone’s trouble', async () => {
    const deployment = fakeDeployment();
    const logged: unknown[] = [];
    deployment.google.context.log = (severity, message, fields) => void logged.push({ severity, message, fields });
    deployment.google.faults.insertRefused = { code: 'SOMETHING_NEW', message: 'why' };
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued' });
    expect(logged).toContainEqual(
      expect.objectContaining({ severity: 'ERROR', message: 'unknown failure of an insert' }),
    );
  });
});

test('sights of a stop merge in any order', () => {
  const state: RunState = { v: 1, attempts: { 1: { decided: {} as never } } };
  const sights: Stop[] = [
    { at: '2', how: 'gone', cause: 'deleted' },
    { at: '1', how: 'stopped' },
    { at: '3', how: 'gone', cause: 'preempted' },
  ];
  const merged = (order: Stop[]): unknown =>
    order.reduce<RunState>((known, seen) => observeStopped(known, 1, seen), state);
  expect(merged(sights)).toEqual(merged(sights.toReversed()));
});
