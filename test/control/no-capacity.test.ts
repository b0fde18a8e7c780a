// Want of capacity: the next zone, a pause when all are stocked out, and an end.
import type { CloudFailure } from '../../functions/src/ports/cloud-answer';
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

  test('if its zones are down, it waits as for capacity', async () => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.context.compute.offers = () => Promise.resolve({ zones: [], offering: [], away: ['local-a'] });
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued', live: true });
    const zone = ['local-a'];
    google.context.compute.offers = () => Promise.resolve({ zones: zone, offering: zone, away: [] });
    await deployment.sweep();
    await deployment.sweep();
    expect(zones(deployment)).toEqual(['local-a']);
  });

  test('a code that nobody has met is the zone’s trouble, until five VMs in a row failed with it', async () => {
    const deployment = fakeDeployment();
    const logged: unknown[] = [];
    deployment.google.context.log = (severity, message, fields) => void logged.push({ severity, message, fields });
    deployment.google.faults.insertRefused = { code: 'SOMETHING_NEW', message: 'why' };
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'queued', attempt: 2 });
    while (!deployment.state().end) await deployment.sweep();
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'internal', attempt: 5 });
    expect(deployment.summary().message).toBe(
      'Google refused the VM for a cause that mymlops does not know (SOMETHING_NEW: why). Please report it.',
    );
    expect(logged).toContainEqual(
      expect.objectContaining({ severity: 'ERROR', message: 'unknown failure of Compute Engine' }),
    );
  });
});

// Quotas are a region's, and a policy may forbid some locations only.
describe('a refusal that lasts', () => {
  const QUOTA = {
    code: 'QUOTA_EXCEEDED',
    message: "Quota 'CPUS' exceeded.  Limit: 24.0 in region us-east1.",
    httpStatus: 403,
  };
  const POLICY = {
    ...{ code: 'conditionNotMet', httpStatus: 412 },
    message: 'Location ZONE:z violates constraint constraints/gcp.resourceLocations on the resource projects/p',
  };
  /** Zones where each insert is refused. */
  const deploymentWith = (refusals: Record<string, CloudFailure>, others: string[] = []) => {
    const deployment = fakeDeployment();
    const { google } = deployment;
    google.zones = [...Object.keys(refusals), ...others];
    const { insert } = google.context.compute;
    const asked: string[] = [];
    google.context.compute.insert = (zone, id, body) => {
      asked.push(zone);
      const refused = refusals[zone];
      return refused ? Promise.resolve({ refused }) : insert(zone, id, body);
    };
    return { deployment, asked };
  };

  test("one region's quota: the next region is tried, no other zone of the first", async () => {
    const { deployment, asked } = deploymentWith({ 'a-east1-b': QUOTA, 'a-east1-c': QUOTA }, ['b-west1-a']);
    await deployment.publish(aCommit());
    expect(asked).toEqual(['a-east1-b', 'b-west1-a']);
    expect(deployment.summary()).toMatchObject({ status: 'provisioning', zone: 'b-west1-a' });
  });

  test('every region refused for quota: the run ends at once, and says which', async () => {
    const { deployment, asked } = deploymentWith({ 'a-east1-b': QUOTA, 'b-west1-a': QUOTA });
    await deployment.publish(aCommit());
    expect(asked).toEqual(['a-east1-b', 'b-west1-a']);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'quota', live: false });
    expect(deployment.summary().message).toContain("Quota 'CPUS' exceeded");
  });

  const GLOBAL = { ...QUOTA, message: "Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: 12.0 globally." };

  test('a quota of the whole project: no other zone is tried, and alone the run ends at once', async () => {
    const { deployment, asked } = deploymentWith({ 'a-east1-b': GLOBAL, 'b-west1-a': GLOBAL });
    await deployment.publish(aCommit());
    expect(asked).toHaveLength(1);
    expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'quota', live: false });
    expect(deployment.summary().message).toContain('A quota of the whole project is used up');
  });

  test.each([
    ["a region's", QUOTA],
    ["the project's", GLOBAL],
  ])("its own deployment's VMs may use %s quota up: it waits for them", async (_whose, refused) => {
    const { deployment } = deploymentWith({}, ['a-east1-b']);
    await deployment.publish(aCommit());
    const { google } = deployment;
    const { insert } = google.context.compute;
    let isUsedUp = true;
    google.context.compute.insert = (zone, id, body) =>
      isUsedUp ? Promise.resolve({ refused }) : insert(zone, id, body);
    const other = '20261121-100001-efgh';
    await deployment.publish(aCommit({ run: other }));
    const summary = () => google.documents.get(other)?.summary;
    expect(summary()).toMatchObject({ status: 'queued', live: true });
    expect(summary()).toMatchObject({
      message: expect.stringMatching(/^Waiting for quota that this deployment's other VMs use since .* next try at/),
    });
    isUsedUp = false;
    await deployment.sweep();
    await deployment.sweep();
    expect(summary()).toMatchObject({ status: 'provisioning', zone: 'a-east1-b' });
  });

  test('a policy on locations: the zones that it allows are tried, and the run ends where it allows none', async () => {
    const { deployment } = deploymentWith({ 'a-east1-b': POLICY }, ['a-east1-c']);
    await deployment.publish(aCommit());
    expect(deployment.summary()).toMatchObject({ status: 'provisioning', zone: 'a-east1-c' });
    const nowhere = deploymentWith({ 'a-east1-b': POLICY, 'a-east1-c': POLICY });
    await nowhere.deployment.publish(aCommit());
    expect(nowhere.deployment.summary()).toMatchObject({ status: 'failed', reason: 'permission' });
    expect(nowhere.asked).toEqual(['a-east1-b', 'a-east1-c']);
  });
});
