// The main job on a local cloud that notes which rights are used: the list has none that nothing needs.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkpointsPrefix,
  grantsOf,
  LOCAL_PROJECT,
  namesOf,
  ORPHAN_CANDIDATES,
  type Grant,
  type InstanceSpec,
} from '@mymlops/protocol';
import { startCloud, type Cloud } from '../../deploy/local/cloud';
import { acquireLock } from '../../deploy/local/process/acquire-lock';
import { readSettings } from '../../deploy/local/process/settings';
import { systemClock } from '../../deploy/local/shared/clock';
import { openLogFile } from '../../deploy/local/state/log-file';
import type { Lock } from '../../deploy/local/state/lock';
import { markStateFolder } from '../../deploy/local/state/state-folder';
import { bucketsIn } from '../deploy/local/buckets-in';
import { expectOk, newDesk, until, type Desk } from './desk';
import { anInstance } from './instances';
import { compute, disksOf, preempt, vmsOf, zoneOf } from './vms';

const DIST = join(__dirname, '../../deploy/local/dist');
const FUNCTIONS = join(__dirname, '../../functions/dist/functions.zip');
const NAMES = namesOf(LOCAL_PROJECT, 'mymlops');

/** Rights for what no run on this computer does. */
const NOT_IN_USE_HERE = [
  // Runs with a GPU; disks of own images and snapshots: every VM is this computer.
  'request compute.acceleratorTypes.list',
  'request compute.images.useReadOnly',
  'request compute.snapshots.useReadOnly',
  // Images: this computer makes none.
  'request compute.images.create',
  'request compute.images.setLabels',
  'request compute.disks.useReadOnly',
  'request compute.images.get',
  'request compute.images.delete',
  'request compute.globalOperations.get',
  // The questions of gpus and of validate --remote: no run asks them.
  'sweep compute.acceleratorTypes.list',
  'sweep compute.machineTypes.list',
  'sweep compute.machineTypes.get',
  'sweep compute.images.get',
  'sweep compute.images.getFromFamily',
  'sweep compute.snapshots.get',
  'sweep compute.projects.get',
  'sweep compute.regions.list',
  // In the live bucket: an upload whose answer was lost, when the first one did not arrive.
  'vm storage.objects.list',
  // Asked of people's own credentials, by Google alone.
  'client serviceusage.services.use',
];

const CONFIG = `project: local
commit:
  command: ./run.sh
  max_parallel: 1
  secrets: [STORED, FROM_FILE]
  output_repository:
    url: $MYMLOPS_HOME/repositories/out.git
    branch: main
`;

const used = new Set<string>();
const keyOf = ({ identity, permission, resource }: Grant): string => `${identity} ${permission} ${resource}`;

let desk: Desk;
let cloud: Cloud;
let lock: Lock | null;
beforeAll(async () => {
  desk = await newDesk({ isCold: true, config: CONFIG });
  const folder = desk.home;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  lock = await acquireLock({ folder, patienceMs: 1000 });
  markStateFolder(folder, 'mymlops');
  cloud = await startCloud({
    settings: readSettings(['--state', folder, '--sweep-seconds', '1', '--grace-seconds', '15'], FUNCTIONS),
    functionsHost: join(DIST, 'functions-host.mjs'),
    clock: systemClock,
    log: openLogFile(folder),
    isOurs: () => true,
    onIdle: () => undefined,
    rights: { onUse: (grant) => void used.add(keyOf(grant)) },
  });
});
afterAll(async () => {
  await cloud.close();
  lock?.release();
  await desk.close();
});

async function isCheckpointed(run: string): Promise<true | undefined> {
  const { storage, token } = desk.endpoints();
  const url = `http://${storage}/storage/v1/b/${bucketsIn(desk.home).live}/o?prefix=${checkpointsPrefix(run, 1)}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { items?: unknown[] }).items !== undefined || undefined;
}

/** A VM that belongs to nothing, and leaves its disk. */
async function insertStray(): Promise<void> {
  const { compute, token } = desk.endpoints();
  const body = {
    name: 'stray',
    machineType: 'zones/local-a/machineTypes/this-computer',
    labels: { 'mymlops-deployment': 'mymlops' },
    disks: [
      {
        boot: true,
        autoDelete: false,
        initializeParams: {
          sourceImage: 'projects/p/global/images/family/f',
          labels: { 'mymlops-deployment': 'mymlops' },
        },
      },
    ],
    networkInterfaces: [{ network: 'global/networks/default' }],
    metadata: { items: [{ key: 'startup-script', value: '#!/bin/bash\nexec sleep 600\n' }] },
  };
  const answer = await fetch(`http://${compute}/compute/v1/projects/local/zones/local-a/instances`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

/** The sweep has noted the stray, or its disk. */
async function isMarked(): Promise<true | undefined> {
  const { firestore, token } = desk.endpoints();
  const answer = await fetch(`http://${firestore}/v1/projects/local/databases/${NAMES.database}/documents:runQuery`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ structuredQuery: { from: [{ collectionId: ORPHAN_CANDIDATES }] } }),
  });
  return ((await answer.json()) as { document?: object }[]).some(({ document }) => document) || undefined;
}

/** By hand, before mymlops does: the sweep drops the mark of a VM that is gone. The disk stays. */
async function deleteStray(): Promise<void> {
  const { compute, token } = desk.endpoints();
  const url = `http://${compute}/compute/v1/projects/local/zones/local-a/instances/stray`;
  const answer = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
}

const isUsed = (permission: string): true | undefined =>
  [...used].some((key) => key.startsWith(`request ${permission} `)) || undefined;

/** Three periods: the second one is larger, and before the third one somebody deletes the VM. */
async function useInstance(): Promise<void> {
  const instance = anInstance(desk, 'notes');
  const spec = (machineType: string, sizeGb: number, maxSeconds: number): InstanceSpec => ({
    ...{ machine: { machineType, disk: { sizeGb }, provisioning: 'standard' }, services: [] },
    ...{ idleSeconds: 3600, softStopSeconds: 3600, maxSeconds },
  });
  await instance.start(1, spec('e2-small', 10, 7200));
  await instance.untilStatus('ready');
  await instance.stop(1);
  await instance.untilStatus('stopped');
  await instance.start(2, spec('e2-medium', 20, 7300));
  await instance.untilStatus('ready');
  const [vm] = await vmsOf(desk);
  await compute(desk, 'DELETE', `zones/${zoneOf(vm ?? { name: '', zone: '', status: '' })}/instances/${vm?.name}`);
  await instance.untilStatus('stopped');
  await instance.start(3, spec('e2-medium', 20, 7300));
  await until('its VM is made again', () => isUsed('compute.disks.use'), 60);
  await instance.remove();
  await instance.untilStatus('deleted');
}

const commit = async (name: string, cells: string[]): Promise<string> =>
  expectOk(await desk.client('commit', '--detach', desk.notebook(name, cells))).stdout.trim();

const untilStatus = (run: string, status: string): Promise<true> =>
  until(`${run} is ${status}`, async () => (await desk.show(run)).status === status || undefined, 90);

test('the main job and an instance use every right, but those that are named here with their reasons', async () => {
  desk.write('.env', 'FROM_FILE=one\n');
  desk.write('value', 'two');
  expectOk(await desk.client('secrets', 'set', 'STORED', '--from-file', 'value'));
  const first = await commit('a.ipynb', [
    'import time',
    'for n in range(4):\n    print(n, flush=True)\n    time.sleep(1)',
  ]);
  await untilStatus(first, 'succeeded');
  const second = await commit('preempted.ipynb', [
    'import os, time\nopen(os.environ["MYMLOPS_CHECKPOINTS"] + "/kept", "w").write("x")\nprint("kept", flush=True)',
    'time.sleep(15)',
  ]);
  await until('its log so far', async () => (await desk.client('logs', second)).code === 0 || undefined, 60);
  await until('its checkpoint', () => isCheckpointed(second), 60);
  await preempt(desk, second);
  await untilStatus(second, 'succeeded');
  const long = await commit('long.ipynb', ['import time', 'time.sleep(600)']);
  // The cancelled run gives back the slot that this one waits for.
  const retried = desk.start('retry', first);
  await untilStatus('latest', 'queued');
  expect((await desk.client('cancel', long)).code).toBe(0);
  await desk.client('pull', long);
  expectOk(await retried.finished);
  await insertStray();
  await until('the stray is marked', isMarked, 60);
  await deleteStray();
  for (const verb of ['show', 'logs', 'events', 'pull']) expectOk(await desk.client(verb, first));
  const isGone = async () => [...(await vmsOf(desk)), ...(await disksOf(desk))].length === 0 || undefined;
  await until('VMs and disks are gone', isGone, 90);
  await until('doctor finds nothing', async () => (await desk.client('doctor')).code === 0 || undefined, 60);
  await useInstance();
  expectOk(await desk.client('rm', first));
  expectOk(await desk.client('secrets', 'rm', 'STORED'));

  const unused = grantsOf({ ...NAMES, buckets: bucketsIn(desk.home) }).filter((grant) => !used.has(keyOf(grant)));
  expect(unused.map(({ identity, permission }) => `${identity} ${permission}`)).toEqual(NOT_IN_USE_HERE);
}, 300_000);
