// For each single right: a call that needs it, as the code that has it makes it.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namesOf, type FunctionsEndpoints, type Identity, type Resource } from '@mymlops/protocol';
import { openBucket } from '../../client/src/google/bucket';
import { openBus } from '../../client/src/google/bus';
import type { Connection } from '../../client/src/google/connection';
import { openSecrets } from '../../client/src/google/secrets';
import { openRunReader } from '../../client/src/google/runs';
import { readConfig } from '../../functions/src/config';
import { openContexts } from '../../functions/src/context';
import { runKind } from '../../functions/src/engine/run/kind';
import { emptyReport } from '../../functions/src/sweep/report';
import { aCommit, RUN } from '../fakes/builders';
import { BUCKETS } from '../fakes/buckets';
import { auth } from '../deploy/local/harness';
import type { StandIns } from '../deploy/local/stand-ins';

export const NAMES = { ...namesOf('local', 'mymlops'), buckets: BUCKETS };
export const ZONE = 'local-a';
const VM = 'mymlops-x';
const AT = '2026-11-21T10:00:00.000Z';
const OBJECT = 'runs/x/a';
export const LIVE_OBJECT = 'runs/x/attempts/1/progress/log.txt';

/** Resolves with what a refusal said, as the user or the log sees it; rejects with it where the call throws. */
type Drive = () => Promise<unknown>;
/** `resource permission` of each right of an identity. */
export type Calls = Record<string, Drive>;

const all = (on: Resource, permissions: Record<string, Drive>): Calls =>
  Object.fromEntries(Object.entries(permissions).map(([permission, drive]) => [`${on} ${permission}`, drive]));

export interface Machinery {
  calls: Record<Exclude<Identity, 'push'>, Calls>;
  contexts: ReturnType<typeof openContexts>;
  close(): Promise<void>;
}

/** The functions, a VM and a client, each with its own token, on the stand-ins. */
export function openMachinery(folder: string, standIns: StandIns): Machinery {
  const contexts = openContexts(configOf(folder, standIns.functionsEndpoints), pathToFileURL(`${SCRIPTS}/`));
  const endpoints = { ...standIns.endpoints, token: auth.tokenOf('client') };
  const client = clientCalls({ names: NAMES, endpoints, deadlineMs: 10_000 }, folder);
  return {
    contexts,
    calls: {
      request: requestCalls(contexts.request()),
      event: eventCalls(contexts.event()),
      sweep: sweepCalls(contexts.sweep()),
      vm: vmCalls(standIns),
      client: client.calls,
    },
    close: client.close,
  };
}

const SCRIPTS = join(__dirname, '../../functions/dist/vm');

function configOf(folder: string, endpoints: FunctionsEndpoints) {
  const file = join(folder, 'functions-endpoints.json');
  writeFileSync(file, JSON.stringify(endpoints));
  return readConfig({
    MYMLOPS_PROJECT: NAMES.project,
    MYMLOPS_ENDPOINTS: file,
    MYMLOPS_RESULTS_BUCKET: BUCKETS.results,
    MYMLOPS_LIVE_BUCKET: BUCKETS.live,
    MYMLOPS_VM_SERVICE_ACCOUNT: `${NAMES.accounts.vm}@${NAMES.project}.iam.gserviceaccount.com`,
  });
}

type Contexts = ReturnType<typeof openContexts>;

function requestCalls({
  documents,
  slotPools,
  orphanCandidates,
  resultsBucket,
  liveBucket,
  bus,
  compute,
  settings,
}: ReturnType<Contexts['request']>): Calls {
  const runs = documents(runKind.documents);
  const takePool: Drive = async () => {
    const stored = await slotPools.load('deployment');
    return slotPools.write({ stored, pool: { v: 1, max: 1, holders: [], queue: [] } });
  };
  const insert =
    (change: (body: Body) => void = () => undefined): Drive =>
    async () => {
      const body = bodyOf(settings.serviceAccount);
      change(body);
      const answer = await compute.insert(ZONE, randomUUID(), body as never);
      if ('refused' in answer) throw new Error(answer.refused.message);
      return answer;
    };
  const operationOf = async (): Promise<string> => {
    const answer = await compute.insert(ZONE, randomUUID(), bodyOf(settings.serviceAccount) as never);
    return 'operation' in answer ? answer.operation : '';
  };
  const makeImage: Drive = async () => {
    const labels = { 'mymlops-deployment': 'mymlops' };
    const names = { name: 'mymlops-own', family: 'own', description: '', sourceDisk: `zones/${ZONE}/disks/${VM}` };
    return refusalIn(await compute.createImage({ ...names, labels }, randomUUID()));
  };
  const removed: Drive = () => orphanCandidates.drop('x');
  return {
    ...all('database', {
      'datastore.entities.get': () => runs.load(RUN),
      'datastore.entities.list': () => runs.removeBelow(RUN),
      'datastore.entities.create': takePool,
      'datastore.entities.update': async () => (await takePool(), takePool()),
      'datastore.entities.delete': removed,
    }),
    ...all('results bucket', {
      'storage.objects.get': () => resultsBucket.read(OBJECT, 100),
      'storage.objects.list': () => resultsBucket.newest('runs/', []),
      'storage.objects.create': () => resultsBucket.create('runs/x/new', 'x'),
      'storage.objects.delete': () => resultsBucket.removeAll('runs/x/'),
    }),
    ...all('live bucket', {
      'storage.objects.list': () => liveBucket.list('runs/'),
      'storage.objects.delete': () => liveBucket.removeAll('runs/x/'),
    }),
    ...all('topic requests', {
      'pubsub.topics.publish': () => bus.ask({ v: 1, type: 'advance', kind: 'run', id: RUN }),
    }),
    ...all('project', {
      'compute.zones.list': () => compute.offers({ machineType: 'e2-small' }),
      'compute.machineTypes.list': () => compute.offers({ machineType: 'e2-medium' }),
      'compute.acceleratorTypes.list': () =>
        compute.offers({ machineType: 'e2-micro', accelerator: 'nvidia-tesla-t4' }),
      'compute.instances.get': () => compute.get(ZONE, VM),
      'compute.disks.get': () => compute.getDisk(ZONE, VM),
      'compute.zoneOperations.get': async () => compute.awaitOperation(ZONE, await operationOf(), 10),
      'compute.instances.create': insert(),
      'compute.instances.setMetadata': insert(),
      'compute.instances.setLabels': insert(),
      'compute.instances.setTags': insert(),
      'compute.instances.setServiceAccount': insert(),
      'compute.disks.create': insert(),
      'compute.disks.setLabels': insert(),
      'compute.disks.use': insert((body) => {
        body.disks = [{ boot: true, autoDelete: false, source: `zones/${ZONE}/disks/${VM}` } as never];
      }),
      'compute.subnetworks.use': insert(),
      'compute.subnetworks.useExternalIp': insert(),
      'compute.images.useReadOnly': insert(({ disks: [{ initializeParams: of }] }) => {
        of.sourceImage = 'projects/local/global/images/own';
      }),
      'compute.snapshots.useReadOnly': insert(({ disks: [{ initializeParams: of }] }) => {
        delete of.sourceImage;
        of.sourceSnapshot = 'global/snapshots/own';
      }),
      'compute.images.create': makeImage,
      'compute.images.setLabels': makeImage,
      'compute.disks.useReadOnly': makeImage,
      'compute.images.get': () => compute.getImage('mymlops-own'),
      'compute.images.delete': () => compute.deleteImage('mymlops-own'),
      'compute.globalOperations.get': () => compute.awaitImage('operation-none', 1),
      'compute.instances.delete': () => compute.delete(ZONE, VM),
      'compute.disks.delete': () => compute.deleteDisk(ZONE, VM),
      'compute.instances.start': async () => refusalIn(await compute.start(ZONE, VM, randomUUID())),
      'compute.instances.stop': () => compute.stop(ZONE, VM, { requestId: randomUUID() }),
      'compute.instances.setScheduling': async () =>
        refusalIn(await compute.setScheduling(ZONE, VM, { maxRunDurationSeconds: 60, terminationAction: 'STOP' })),
      'compute.instances.setMachineType': async () =>
        refusalIn(await compute.setMachineType(ZONE, VM, 'n2-standard-2')),
      'compute.disks.resize': async () => refusalIn(await compute.resizeDisk(ZONE, VM, 500)),
    }),
    ...all('account of VMs', {
      // Accepted, and refused while the operation is under way.
      async 'iam.serviceAccounts.actAs'() {
        const state = await compute.awaitOperation(ZONE, await operationOf(), 10);
        if (state.done && state.failure) throw new Error(`${state.failure.code}: ${state.failure.message}`);
        return state;
      },
    }),
  };
}

function refusalIn(answer: Awaited<ReturnType<ReturnType<Contexts['request']>['compute']['start']>>): unknown {
  if (answer && 'refused' in answer) throw new Error(answer.refused.message);
  return answer;
}

interface Body {
  disks: [{ initializeParams: { sourceImage?: string; sourceSnapshot?: string } }];
  [field: string]: unknown;
}

/** A VM with this account. */
export const bodyOf = (account: string): Body => ({
  name: `mymlops-${randomUUID().slice(0, 8)}`,
  machineType: `zones/${ZONE}/machineTypes/this-computer`,
  labels: { 'mymlops-deployment': 'mymlops' },
  tags: { items: ['mymlops'] },
  disks: [
    {
      boot: true,
      autoDelete: true,
      initializeParams: { sourceImage: 'projects/p/global/images/i', labels: { 'mymlops-deployment': 'mymlops' } },
    } as Body['disks'][0],
  ],
  networkInterfaces: [
    { network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }] },
  ],
  serviceAccounts: [{ email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
  metadata: { items: [{ key: 'startup-script', value: '#!/bin/bash\nexec sleep 600\n' }] },
});

function eventCalls({ documents, probes, bus }: ReturnType<Contexts['event']>): Calls {
  const probe: Drive = () => probes.write({ v: 1, at: AT, since: AT });
  return {
    ...all('database', {
      'datastore.entities.get': () => documents(runKind.documents).load(RUN),
      'datastore.entities.create': probe,
      'datastore.entities.update': probe,
    }),
    ...all('topic requests', {
      'pubsub.topics.publish': () => bus.ask({ v: 1, type: 'advance', kind: 'run', id: RUN }),
    }),
  };
}

function sweepCalls(context: ReturnType<Contexts['sweep']>): Calls {
  const { documents, sweeps, orphanCandidates, deadMessages, bus, compute, computeCatalog: catalog } = context;
  const runs = documents(runKind.documents);
  return {
    ...all('database', {
      'datastore.entities.get': () => runs.load(RUN),
      'datastore.entities.list': () => runs.hasLive(),
      'datastore.entities.create': () =>
        orphanCandidates.mark({ v: 1, resource: 'vm', name: VM, zone: ZONE, id: randomUUID(), firstSeenAt: AT }),
      'datastore.entities.update': () => sweeps.write(emptyReport(Date.parse(AT)), false),
      'datastore.entities.delete': () => orphanCandidates.drop('x'),
    }),
    ...all('topic requests', {
      'pubsub.topics.publish': () => bus.ask({ v: 1, type: 'advance', kind: 'run', id: RUN }),
    }),
    ...all('topic events', { 'pubsub.topics.publish': () => bus.sendProbe({ v: 1, type: 'probe', at: AT }) }),
    ...all('dead letters of requests', {
      'pubsub.subscriptions.consume': () => deadMessages.pull('requests', 1),
    }),
    ...all('dead letters of events', {
      'pubsub.subscriptions.consume': () => deadMessages.acknowledge('events', ['x']),
    }),
    ...all('project', {
      'compute.zones.list': () => compute.list(),
      'compute.instances.list': () => compute.list(),
      'compute.disks.list': () => compute.list(),
      'compute.instances.get': () => compute.get(ZONE, VM),
      'compute.zoneOperations.list': () => compute.operationsOn(ZONE, VM),
      'compute.acceleratorTypes.list': () => catalog.acceleratorTypes(),
      'compute.machineTypes.list': () => catalog.machineTypesWithGpus(),
      'compute.machineTypes.get': () => catalog.machineType(ZONE, 'e2-small'),
      'compute.images.get': () => catalog.hasBootSource(`projects/${NAMES.project}/global/images/own`),
      'compute.images.getFromFamily': () => catalog.hasBootSource(`projects/${NAMES.project}/global/images/family/own`),
      'compute.snapshots.get': () => catalog.hasBootSource(`projects/${NAMES.project}/global/snapshots/own`),
      'compute.projects.get': () => catalog.quotas(),
      'compute.regions.list': () => catalog.quotas(),
    }),
  };
}

/** The agent's calls: it sends them with curl. */
function vmCalls({ endpoints }: StandIns): Calls {
  const send = async (method: string, url: string, body?: string): Promise<string> => {
    const headers = { authorization: `Bearer ${auth.vmToken(VM)}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://${url}`, { method, headers, ...(body !== undefined && { body }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return text;
  };
  const ofBucket = (bucket: string, object: string): Record<string, Drive> => {
    const objects = `${endpoints.storage}/storage/v1/b/${bucket}/o`;
    const upload = (name: string): Promise<string> =>
      send('POST', `${endpoints.storage}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`, 'x');
    return {
      'storage.objects.get': () => send('GET', `${objects}/${encodeURIComponent(object)}?alt=media`),
      'storage.objects.list': () => send('GET', `${objects}/absent?alt=media`),
      'storage.objects.create': () => upload(`runs/x/${randomUUID()}`),
      'storage.objects.delete': async () => {
        await upload('runs/y/log.txt');
        return upload('runs/y/log.txt');
      },
    };
  };
  return {
    ...all('results bucket', ofBucket(BUCKETS.results, OBJECT)),
    ...all('live bucket', ofBucket(BUCKETS.live, LIVE_OBJECT)),
    ...all('secrets', {
      'secretmanager.versions.access': () =>
        send('GET', `${endpoints.secrets}/v1/projects/${NAMES.project}/secrets/mymlops_KEPT/versions/latest:access`),
    }),
    ...all('topic events', {
      'pubsub.topics.publish': () =>
        send(
          'POST',
          `${endpoints.pubsub}/v1/projects/${NAMES.project}/topics/${NAMES.topics.events}:publish`,
          JSON.stringify({ messages: [{ data: 'eA==' }] }),
        ),
    }),
  };
}

function clientCalls(connection: Connection, folder: string): { calls: Calls; close(): Promise<void> } {
  const results = openBucket(connection, BUCKETS.results);
  const live = openBucket(connection, BUCKETS.live);
  const bus = openBus(connection);
  const secrets = openSecrets(connection);
  const runs = openRunReader(connection);
  const file = join(folder, 'upload');
  writeFileSync(file, 'x');
  const watch: Drive = () =>
    new Promise((resolve, reject) => {
      const stop = runs.watch(
        RUN,
        (state) => {
          resolve(state);
          stop();
        },
        reject,
      );
    });
  return {
    calls: {
      ...all('database', {
        'datastore.entities.get': () => runs.get(RUN),
        'datastore.entities.list': watch,
      }),
      ...all('results bucket', {
        'storage.objects.get': () => results.read(OBJECT),
        'storage.objects.list': () => results.list('runs/'),
        'storage.objects.create': () => results.uploadNew(file, `sources/${randomUUID()}`),
      }),
      ...all('live bucket', {
        'storage.objects.get': () => live.read(LIVE_OBJECT),
        'storage.objects.list': () => live.list('runs/'),
      }),
      ...all('topic requests', { 'pubsub.topics.publish': () => bus.publish(aCommit()) }),
      ...all('secrets', {
        'secretmanager.versions.add': () => secrets.set('mymlops_KEPT', Buffer.from('x')),
        'secretmanager.secrets.delete': () => secrets.remove('mymlops_ABSENT'),
      }),
      ...all('project', {
        'secretmanager.secrets.create': () => secrets.set(`mymlops_${randomUUID()}`, Buffer.from('x')),
        'secretmanager.secrets.list': () => secrets.list(),
      }),
      ...all('topic sweeps', {
        'pubsub.topics.publish': () => bus.publishSweep({ v: 1, type: 'plan', id: randomUUID() }),
      }),
    },
    close: async () => void (await Promise.all([bus.close(), runs.close()])),
  };
}
