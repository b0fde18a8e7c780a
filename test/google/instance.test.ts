// An interactive instance from its first start to its deletion: all three functions with Google's own libraries on the stand-ins, each
// with its own rights. The test says what the agent of the VM would.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instanceVmName, type InstanceState, type InstanceSummary } from '@mymlops/protocol';
import { instanceKind } from '../../functions/src/engine/instance/kind';
import { summarize } from '../../functions/src/engine/instance/status';
import { aSpec, idleFor, NAME, UID } from '../control/instances';
import { eventually } from '../deploy/local/harness';
import { identityAttributes } from '../fakes/identity-attributes';
import { startWholeFunctions, type WholeFunctions } from './whole-functions';

/** Each boot adds a line on the disk, and keeps the identity token that it gets under the number of its boot. */
const STARTUP = `#!/bin/bash
metadata() { curl -fsS -H 'Metadata-Flavor: Google' "http://$GCE_METADATA_HOST/computeMetadata/v1/instance/$1"; }
echo "period $(metadata attributes/mymlops-period)" >>boots
boot="$(grep -c . boots)"
metadata "service-accounts/default/identity?audience=instance/$(metadata attributes/mymlops-instance)&format=full" >token.part
mv token.part "token-$boot"
exec sleep 600
`;

const VM = instanceVmName('mymlops', NAME, UID, 1);

let functions: WholeFunctions;
let logged: jest.SpyInstance;
beforeEach(async () => {
  logged = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  functions = await startWholeFunctions({ startup: STARTUP, shutdown: '#!/bin/bash\n' });
});
afterEach(async () => {
  await functions.close();
  logged.mockRestore();
});

async function documentOf(): Promise<InstanceSummary & InstanceState> {
  const stored = await functions.contexts.request().documents(instanceKind.documents).load(NAME);
  if (!stored) throw new Error('no such instance');
  return { ...stored.state, ...summarize(stored.state) };
}

const say = (type: string, fields: object = {}): Promise<void> =>
  functions.publish('requests', {
    ...{ v: 1, type, name: NAME, uid: UID, by: 'ada', at: new Date().toISOString() },
    ...fields,
  });
const start = (period: number): Promise<void> => say('start', { period, spec: aSpec(), waitSeconds: 600 });

interface Shown {
  name: string;
  id: string;
  zone: string;
  status: string;
  metadata: { items?: { key: string; value: string }[] };
  scheduling: object;
}

/** All VMs or disks of the deployment. */
async function all(what: 'instances' | 'disks'): Promise<Shown[]> {
  const { body } = await functions.compute('GET', `/aggregated/${what}`);
  const scopes = Object.values(body['items'] as Record<string, Partial<Record<string, Shown[]>>>);
  return scopes.flatMap((scope) => scope[what] ?? []);
}

async function vm(): Promise<Shown> {
  const found = (await all('instances')).find(({ name }) => name === VM);
  if (!found) throw new Error(`no ${VM}`);
  return found;
}

const pathOf = ({ zone, name }: Shown): string => `/zones/${zone.split('/').at(-1)}/instances/${name}`;

/** By hand, as in Google's console; the end of its operation. */
async function byHand(method: string, act = ''): Promise<void> {
  const { body } = await functions.compute(method, `${pathOf(await vm())}${act}`);
  const { zone, name } = body as { zone: string; name: string };
  await functions.compute('POST', `/zones/${zone.split('/').at(-1)}/operations/${name}/wait`);
}

async function contentOf(file: string): Promise<string> {
  const path = join(functions.computeFolder, 'vms', (await vm()).id, 'home', file);
  await eventually(() => existsSync(path), path);
  return readFileSync(path, 'utf8');
}

let seq = 0;
/** As the agent sends it in its `boot`th boot, with the token that its VM has from the metadata server. */
async function report(boot: number, state: object): Promise<void> {
  seq += 1;
  const sentAt = new Date().toISOString();
  const message = {
    ...{ v: 1, instance: NAME, uid: UID, attempt: 1, boot: `boot-000${boot}`, writer: 'agent', seq, sentAt },
    ...{ kind: 'lifecycle', state: { phase: 'serve', phases: { boot: sentAt }, ...state } },
  };
  await functions.publish('events', message, identityAttributes(await contentOf(`token-${boot}`)));
}

/** Each sweep sees a little more of the cloud. */
async function sweepUntil(status: string): Promise<void> {
  for (let left = 6; left > 0; left--) {
    if ((await documentOf()).status === status) return;
    await functions.sweep();
  }
  throw new Error(`not ${status} after six sweeps: ${JSON.stringify(await documentOf())}`);
}

test('two periods, a VM that was deleted by hand, and its deletion: nothing is left', async () => {
  await start(1);
  expect(await documentOf()).toMatchObject({ status: 'starting', owner: 'ada', live: true });
  await report(1, {});
  expect((await documentOf()).status).toBe('ready');
  expect((await vm()).scheduling).toMatchObject({
    ...{ provisioningModel: 'STANDARD', instanceTerminationAction: 'STOP' },
    maxRunDuration: { seconds: '259200' },
  });

  await say('stop', { period: 1 });
  await sweepUntil('stopped');
  expect([(await vm()).status, await documentOf()]).toMatchObject(['TERMINATED', { reason: 'user', live: false }]);

  await start(2);
  await report(2, {});
  await sweepUntil('ready');
  expect(await contentOf('boots')).toBe('period 1\nperiod 2\n');

  await byHand('DELETE');
  await sweepUntil('stopped');
  expect(await documentOf()).toMatchObject({ reason: 'gone' });
  expect(await all('disks')).toHaveLength(1);

  await start(3);
  await report(3, {});
  await sweepUntil('ready');
  expect(await contentOf('boots')).toBe('period 1\nperiod 2\nperiod 3\n');

  await say('delete');
  await sweepUntil('deleted');
  expect([await all('instances'), await all('disks')]).toEqual([[], []]);
  expect((await documentOf()).live).toBe(false);
});

test('its VM learns of a proposal, and powers itself off', async () => {
  await start(1);
  await report(1, idleFor(7200));
  await functions.sweep();
  const { proposal } = await documentOf();
  expect(proposal).toMatchObject({ period: 1, verdict: { says: 'idle', seconds: 7200 } });
  const { metadata } = await vm();
  const word = metadata.items?.find(({ key }) => key === 'mymlops-control')?.value;
  expect(word).toContain(`proposal=${proposal?.number}`);
  await report(1, { ...idleFor(7300), answer: { proposal: proposal?.number, says: 'going' } });
  expect((await documentOf()).status).toBe('stopping');
  await byHand('POST', '/stop');
  await sweepUntil('stopped');
  expect((await documentOf()).stop).toMatchObject({ reason: 'idle', verdict: { says: 'idle' } });
});

test('one that is started in the console is a period of its own, until its user stops it', async () => {
  await start(1);
  await report(1, {});
  await say('stop', { period: 1 });
  await sweepUntil('stopped');
  await byHand('POST', '/start');
  // Nothing lives: the cloud is listed every fifth time only.
  await sweepUntil('starting');
  await report(2, {});
  expect(await documentOf()).toMatchObject({ status: 'ready', started: 2, current: 2 });
  await say('stop', { period: 2 });
  await sweepUntil('stopped');
  expect((await vm()).status).toBe('TERMINATED');
});
