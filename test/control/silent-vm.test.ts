// A VM of which nothing is heard is lost on two signs, and only while something would be heard.
import { vmName } from '@mymlops/protocol';
import { handleEvent } from '../../functions/src/handlers/event';
import { aCommit, aMessage, aReport, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { genuineToken } from '../fakes/fake-tokens';
import type { Deployment } from './interrupted';
import { identityAttributes } from '../fakes/identity-attributes';

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

  test('that had reported is lost after 15 minutes without a report, in which probes came through', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    await minutes(deployment, 14);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    await minutes(deployment, 3);
    expect(deployment.state().attempts[1]?.givenUp?.message).toContain('silent for 15 minutes');
    expect(deployment.summary()).toMatchObject({ status: 'recovering', attempt: 2 });
  });

  test('is not lost while no probe comes through: events may be down, and its reports come late and count', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute', cells: 1 });
    google.faults.eventDown = true;
    await minutes(deployment, 60);
    const saidMs = google.nowMs;
    await minutes(deployment, 60);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1, progress: { cell: 2 } });
    // `event` is back, and delivers what waited before anyone is declared lost.
    google.faults.eventDown = false;
    await minutes(deployment, 5);
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
    // By now the token of that hour has expired.
    const token = identityAttributes(genuineToken(vmName('mymlops', RUN, 1), saidMs));
    const said = aReport({ seq: 2, state: { phase: 'execute', cells: 2 } });
    await handleEvent(aMessage(said, new Date(saidMs).toISOString(), token), google.context);
    expect(deployment.summary().progress).toEqual({ cell: 2, cells: 2 });
    await deployment.finish(3);
    expect(deployment.summary()).toMatchObject({ status: 'succeeded', attempt: 1, live: false });
    expect(google.events.size).toBe(3);
  });

  test('that reports after it was given up stays given up: it is fenced', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    const { create } = google.context.resultsBucket;
    google.context.resultsBucket.create = () => Promise.reject(new Error('503'));
    for (let minute = 0; minute < 18; minute++) await deployment.sweep().catch(() => {});
    expect(deployment.state().attempts[1]).toMatchObject({ vm: { fencedAt: expect.any(String) as string } });
    expect(deployment.state().attempts[1]?.givenUp).toBeUndefined();
    google.context.resultsBucket.create = create;
    await deployment.report(2, { phase: 'execute' });
    expect(deployment.state().attempts[1]?.givenUp?.reason).toBe('lost');
  });

  test('is not lost while it writes to the live bucket', async () => {
    const deployment = fakeDeployment();
    await deployment.publish(aCommit());
    await deployment.report(1, { phase: 'execute' });
    for (let quarter = 0; quarter < 6; quarter++) {
      await minutes(deployment, 10);
      const { objects, writtenAt, nowMs } = deployment.google;
      const log = `runs/${RUN}/attempts/1/progress/log.txt`;
      objects.set(log, `${quarter}`);
      writtenAt.set(log, new Date(nowMs).toISOString());
    }
    expect(deployment.summary()).toMatchObject({ status: 'running', attempt: 1 });
  });
});
