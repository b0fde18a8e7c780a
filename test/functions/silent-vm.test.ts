// A VM of which nothing is heard is lost on two signs, and only while something would be heard.
import { aCommit, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import type { Deployment } from './interrupted';

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
