// Compute Engine's lists, as Google gives them, and the local Pub/Sub, in a process of their own. The local Compute is
// made for the VMs of one computer: here are ten thousand that only stand in a list.
import { createServer } from 'node:http';
import { namesOf } from '@mymlops/protocol';
import { systemClock } from '../../deploy/local/shared/clock';
import { askedFields, onlyFields } from '../../deploy/local/shared/field-mask';
import { itemsByZone, resourcePageOf, type PageItem } from '../../deploy/local/compute/page';
import { createDeployment } from '../../deploy/local/functions/deployment';
import { createAuth } from '../../deploy/local/shared/auth';
import { withAuth, HttpError, sendJson, type Handler } from '../../deploy/local/shared/http';
import { createRights } from '../../deploy/local/shared/rights';
import { startPubsub } from '../../deploy/local/pubsub';
import { listenOnLoopback } from '../../deploy/local/shared/service';
import type { InsertBody } from '../../functions/src/engine/vm/insert-body';
import { copyOf } from './copy-of';
import { diskOf, instanceOf, type Place } from './google-instance';
import { BUCKETS } from '../fakes/buckets';

/** `counts`: list calls, by kind. Else more VMs, one a replacement, which names the zone. */
type Asked =
  | 'counts'
  | (Pick<Place, 'zone' | 'status' | 'lastStartAt'> & {
      body: InsertBody;
      replacements: Record<string, string>[];
    });

const [, , folder = '', token = '', zoneList = ''] = process.argv;
const zones = zoneList.split(',');
const NAMES = namesOf('local', 'mymlops');
const auth = createAuth(token);
const log = () => undefined;
const lists: Record<string, { all: PageItem[]; calls: number }> = {
  instances: { all: [], calls: 0 },
  disks: { all: [], calls: 0 },
};

process.on('message', (asked: Asked) => {
  if (asked === 'counts') {
    const counts = Object.entries(lists).map(([kind, { calls }]) => [kind, calls]);
    process.send?.(Object.fromEntries(counts));
  } else {
    fill(asked);
    process.send?.('filled');
  }
});
process.on('disconnect', () => process.exit());
void start();

async function start(): Promise<void> {
  const options = {
    ...{ folder, port: 0, auth, clock: systemClock, log },
    rights: createRights({ ...NAMES, buckets: BUCKETS }),
  };
  const pubsub = await startPubsub({ ...options, functionsSocket: `${folder}/functions.sock` });
  const nothing = (): void => undefined;
  await createDeployment(NAMES, BUCKETS, {
    pubsub,
    storage: { ensureBucket: nothing },
    firestore: { setDocument: nothing },
  });
  const compute = await listenOnLoopback(createServer(withAuth(auth, log, answer)), 0);
  process.send?.({ pubsub: pubsub.address, compute });
}

function answer(...call: Parameters<Handler>): Promise<void> {
  const [request, response, url] = call;
  if (request.method !== 'GET' || url.pathname !== '/compute/v1/projects/local/zones') return listPage(...call);
  const items = zones.map((name, index) => ({ kind: 'compute#zone', id: String(index + 1), name, status: 'UP' }));
  sendJson(response, 200, { kind: 'compute#zoneList', id: 'projects/local/zones', items });
  return Promise.resolve();
}

function listPage(...[request, response, url]: Parameters<Handler>): Promise<void> {
  const [, kind = ''] = /^\/compute\/v1\/projects\/local\/aggregated\/(\w+)$/.exec(url.pathname) ?? [];
  const list = lists[kind];
  if (request.method !== 'GET' || !list)
    throw new HttpError(501, 'notImplemented', `${request.method} ${url.pathname}`);
  const page = resourcePageOf(list.all, url);
  const answer = {
    kind: `compute#${kind.slice(0, -1)}AggregatedList`,
    id: `projects/local/aggregated/${kind}`,
    items: itemsByZone(page, zones, { collection: kind, down: [] }),
    nextPageToken: page.nextPageToken,
    selfLink: `https://www.googleapis.com${url.pathname}`,
  };
  list.calls++;
  sendJson(response, 200, onlyFields(answer, askedFields(request.headers, url)));
  return Promise.resolve();
}

function fill({ body, zone, status, lastStartAt, replacements }: Exclude<Asked, string>): void {
  const first = lists['instances']?.all.length ?? 0;
  const places = replacements.map((replacement, index) => ({
    ...{ body: copyOf(body, replacement), zone: replacement[zone] ?? zone, status, lastStartAt },
    // 64 bit, as Google's.
    id: String(5_000_000_000_000_000_000n + BigInt(first + index)),
    diskId: String(6_000_000_000_000_000_000n + BigInt(first + index)),
  }));
  add('instances', places, instanceOf);
  add('disks', places, diskOf);
}

type Made = Place & { body: InsertBody };

function add(kind: string, places: readonly Made[], resourceOf: (body: InsertBody, place: Made) => object): void {
  const list = lists[kind];
  if (!list) throw new Error(`no list of ${kind}`);
  const more = places.map((place) => ({
    key: `${place.zone}/${place.body.name}`,
    zone: place.zone,
    resource: resourceOf(place.body, place),
  }));
  list.all = [...list.all, ...more].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
