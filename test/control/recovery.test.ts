// Interruption: another attempt follows. A user's error is never tried again.
import type { SeenDown, VmRecord } from '@mymlops/protocol';
import { observeDown } from '../../functions/src/engine/vm/observe';
import { aCommit, anOutcome, anOutput, aNotebook, aVm, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { fakeCompute } from '../fakes/fake-compute';
import { expectNothingLeft, lose, publishUnanswered, zones, type Deployment } from './interrupted';

const cancel = { v: 1, type: 'cancel', run: RUN, by: 'ada', at: '2026-11-21T10:00:05.000Z' };
const fence = (attempt: number): string => `runs/${RUN}/attempts/${attempt}/fenced`;

describe('a VM that vanished', () => {
  test('another attempt follows, in another zone; its outcome ends the run', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit({ outputRepository: anOutput }));
    await deployment.report(1, { phase: 'execute' });
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2, live: true });
    expect(deployment.summary().message).toContain('Attempt 1 was lost');
    expect(deployment.google.objects.has(fence(1))).toBe(true);
    expect(zones(deployment)).toEqual(['local-b']);
    await deployment.report(1, { phase: 'execute' }, 2);
    expect(deployment.summary().status).toBe('running');
    await deployment.finish(2, {}, aNotebook([{ count: 1 }, { count: 2 }]), 2);
    const commit = 'd'.repeat(40);
    await deployment.report(3, { phase: 'publish', outcome: true, publication: { commit } }, 2);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(deployment.state().publication).toMatchObject({ state: 'done', commit });
    expectNothingLeft(deployment);
  });

  test('its zone says that someone deleted it: the message says so too, and another attempt follows', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.faults.operations = [{ type: 'delete', at: '2026-11-21T10:01:00.000Z' }];
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
    expect(deployment.summary().message).toContain('Attempt 1 was deleted by someone; ');
    for (let attempt = 2; attempt <= 3; attempt++) await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'lost', attempt: 3 });
    expect(deployment.summary().message).toBe(
      'The VM was deleted by someone. No attempts are left. Commit again; whatever was logged is kept.',
    );
    // "No attempts are left" stood in every one of them.
    const messages = [1, 2].map((number) => deployment.state().attempts[number]?.givenUp?.message);
    expect(messages).toEqual(['The VM was deleted by someone.', 'The VM was deleted by someone.']);
  });

  test('or not, while its insert was refused to one invocation and made by another: its report counts', async () => {
    const deployment = fakeDeployment();
    const { compute } = deployment.google.context;
    const { insert } = compute;
    compute.insert = async (...call) => {
      await insert(...call);
      // It boots while the answer is on its way.
      await deployment.report(1, { phase: 'execute' }).catch(() => {});
      return { refused: { code: 'QUOTA_EXCEEDED', message: 'Quota CPUS exceeded' } };
    };
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    expect(deployment.state().attempts[1]?.vm.periods[1]?.start).not.toHaveProperty('failure');
    await deployment.finish(2);
    await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 1 });
    expectNothingLeft(deployment);
  });

  test('while its insert was not settled is not made once more: its report counts', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await publishUnanswered(deployment);
    const [name] = google.created.keys();
    // By the time somebody else acts, Compute Engine remembers the request no more.
    google.context.compute.insert = fakeCompute(google, async (_name, work) => work()).insert;
    google.vms.clear();
    google.nowMs += 10 * 60_000;
    await deployment.report(1, { phase: 'boot' }).catch(() => {});
    expect(google.vms.size).toBe(0);
    await deployment.sweep();
    expect(google.created.get(name ?? '')).toBe(1);
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  test('before its time limit could be read counted as lost, whatever its zone knew', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    const { get } = google.context.compute;
    google.context.compute.get = (...where) => {
      google.vms.clear();
      return get(...where);
    };
    google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T10:00:30.000Z' }];
    await deployment.publish(aCommit());
    google.context.compute.get = get;
    await deployment.sweep();
    expect(deployment.state().attempts[1]).toMatchObject({ vm: { periods: { 1: { down: { cause: 'preempted' } } } } });
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  describe('because Google ended it at its maxRunDuration', () => {
    /** Long enough after its start; the functions were away meanwhile. */
    async function endAtLimit(deployment: Deployment): Promise<void> {
      const { google, state } = deployment;
      const newest = Object.values(state().attempts).at(-1);
      const startedMs = google.nowMs;
      google.nowMs += (newest?.vm.periods[1]?.start.maxRunDurationSeconds ?? 0) * 1000;
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
      expect(deployment.state().attempts[1]?.vm.periods[1]?.down).toMatchObject({ how: 'gone', cause: 'time-limit' });
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
    ])('%s: an interruption, and the message says whose', async (_what, said) => {
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

  test('a silent one that we delete ourselves was lost, whatever its zone says about that', async () => {
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

  test('its outcome was in the bucket nevertheless: it counts, and nothing runs again', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    deployment.google.objects.set(`runs/${RUN}/attempts/1/outcome.json`, anOutcome());
    deployment.google.objects.set(
      `runs/${RUN}/attempts/1/results/train.ipynb`,
      aNotebook([{ count: 1 }, { count: 2 }]),
    );
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(deployment.google.created.size).toBe(1);
    expectNothingLeft(deployment);
  });

  test('an attempt that was given up can have no outcome any more', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await lose(deployment);
    const object = `runs/${RUN}/attempts/1/outcome.json`;
    expect(await deployment.google.context.resultsBucket.create(object, anOutcome())).toBe(false);
  });

  test('setup failed before: not an interruption, even if a preemption follows', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    const failure = { reason: 'setup-failed' as const, message64: Buffer.from('pip: no').toString('base64') };
    await deployment.report(1, { phase: 'setup', failure });
    deployment.google.faults.operations = [{ type: 'compute.instances.preempted', at: '2026-11-21T11:00:00.000Z' }];
    await lose(deployment);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'setup-failed' });
    expect(deployment.google.created.size).toBe(1);
  });

  describe('and had reported a failure of the VM before', () => {
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
    await deployment.publish(aCommit({ machine: { provisioning: 'spot_then_standard' } }));
    await lose(deployment);
    await lose(deployment);
    const models = Object.values(deployment.state().attempts).map(({ vm }) => vm.provisioning);
    expect(models).toEqual(['spot', 'spot', 'standard']);
  });

  test('a zone that does not answer does not delay the run for long', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    for (const vm of google.vms.values()) vm.status = 'TERMINATED';
    const { delete: real } = google.context.compute;
    google.context.compute.delete = () => Promise.reject(new Error('503'));
    await deployment.sweep();
    expect(deployment.summary().attempt).toBe(1);
    google.nowMs += 6 * 60_000;
    await deployment.sweep();
    expect(deployment.summary().attempt).toBe(2);
    google.context.compute.delete = real;
    await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-b']);
  });
});

test('sights of a VM that is down merge in any order', () => {
  const sights: SeenDown[] = [
    { at: '2', how: 'gone', cause: 'deleted' },
    { at: '1', how: 'stopped' },
    { at: '3', how: 'gone', cause: 'preempted' },
  ];
  const merged = (order: SeenDown[]): unknown =>
    order.reduce<VmRecord>((known, seen) => observeDown(known, seen), aVm());
  expect(merged(sights)).toEqual(merged(sights.toReversed()));
});
