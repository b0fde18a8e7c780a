// Want of capacity: the next zone, a pause when all are stocked out, and an end.
import { aCommit } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';
import { expectNothingLeft, zones } from './interrupted';

describe('no capacity', () => {
  test('the next zone is tried at once', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.stockedOut = new Set(['local-a']);
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'provisioning', zone: 'local-b', attempt: 2 });
    expect(zones(deployment)).toEqual(['local-b']);
  });

  test('all zones stocked out: it pauses, says since when, and tries again', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.stockedOut = new Set(['local-a', 'local-b']);
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued', attempt: 2 });
    expect(deployment.summary().message).toMatch(
      /^Waiting for capacity since 2026-11-21 10:00 UTC; next try at \d\d:\d\d$/,
    );
    deployment.google.faults.stockedOut.clear();
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
    google.faults.stockedOut = new Set(google.zones);
    await deployment.publish(aCommit({ queueLimitSeconds: 9 * 3600 }));
    while (!deployment.state().end) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'no-capacity' });
    expect(deployment.summary().message).toMatch(/zone-00 \d+ times/);
    expect(deployment.summary().attempt).toBeGreaterThan(3000);
    expect(JSON.stringify(deployment.state()).length).toBeLessThan(50_000);
    const { archive, attempts } = deployment.state();
    expect(google.archived.size).toBe(archive?.archived);
    expect(google.archived.size + Object.keys(attempts).length).toBe(deployment.summary().attempt);
    expectNothingLeft(deployment);
  });

  test('zones that Compute Engine names come first', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = ['a', 'b', 'c'];
    const { insert } = google.context.compute;
    google.context.compute.insert = (zone, id, body) =>
      zone === 'a'
        ? Promise.resolve({ refused: { code: 'GPU_STOCKOUT', message: 'no', zonesAvailable: ['c', 'z'] } })
        : insert(zone, id, body);
    await deployment.publish(aCommit());
    expect(zones(deployment)).toEqual(['c']);
  });

  test('another run avoids the zone that was stocked out a moment ago', async () => {
    const deployment = fakeDeployment();
    deployment.google.faults.stockedOut = new Set(['local-a']);
    await deployment.publish(aCommit());
    const other = '20261121-100001-efgh';
    await deployment.publish(aCommit({ run: other }));
    expect(deployment.google.documents.get(other)?.state.attempts[1]?.vm.zone).toBe('local-b');
  });

  test('a code that nobody has met is the zone’s trouble', async () => {
    const deployment = fakeDeployment();
    const logged: unknown[] = [];
    deployment.google.context.log = (severity, message, fields) => void logged.push({ severity, message, fields });
    deployment.google.faults.insertRefused = { code: 'SOMETHING_NEW', message: 'why' };
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued' });
    expect(logged).toContainEqual(
      expect.objectContaining({ severity: 'ERROR', message: 'unknown failure of Compute Engine' }),
    );
  });
});
