// The Bucket port on a Cloud Storage of more than one page, which sends no field that was not asked for.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBucketPort } from '../../functions/src/google/bucket';

interface StoredObject {
  name: string;
  updated: string;
}

const nowhere = '127.0.0.1:1';
const PAGE = 2;

/** Pages of two objects each. `status`: of every answer but that to a deletion. */
async function storage(objects: StoredObject[], status = 200) {
  const deleted: string[] = [];
  let lists = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://h');
    const answer = (code: number, body: object): void => {
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'DELETE') {
      deleted.push(decodeURIComponent(url.pathname.split('/o/')[1] ?? ''));
      return void response.writeHead(204).end();
    }
    if (status !== 200) return answer(status, { error: { code: status, message: 'no' } });
    lists += 1;
    const fields = url.searchParams.get('fields') ?? '*';
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    const items = objects.slice(from, from + PAGE);
    const hasMore = from + PAGE < objects.length;
    answer(200, { items, ...(hasMore && fields.includes('nextPageToken') && { nextPageToken: String(from + PAGE) }) });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services = { compute: nowhere, firestore: nowhere, pubsub: nowhere, storage: address };
  const bucket = openBucketPort({ project: 'local', name: 'a-bucket' }, () => ({
    ...{ v: 1, pid: process.pid, deployment: 'mymlops', token: 't'.repeat(32) },
    ...services,
  }));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { bucket, deleted, lists: () => lists, close };
}

const OBJECTS = [4, 9, 1, 3, 2].map((minute, index) => ({
  name: `runs/x/${index}`,
  updated: `2026-11-21T10:0${minute}:00.000Z`,
}));

test('every name is listed, and the newest time found, whichever page it is on', async () => {
  const { bucket, lists, close } = await storage(OBJECTS);
  try {
    expect(await bucket.list('runs/x/')).toEqual(OBJECTS.map(({ name }) => name));
    expect(lists()).toBe(3);
    expect(await bucket.newest('runs/x/', [])).toBe('2026-11-21T10:09:00.000Z');
    expect(lists()).toBe(6);
  } finally {
    close();
  }
});

test.each([0, 1, 2, 3, 4])('the newest may be number %d of five', async (place) => {
  const objects = OBJECTS.map((object, index) => ({
    ...object,
    updated: index === place ? '2026-11-21T11:00:00.000Z' : object.updated,
  }));
  const { bucket, close } = await storage(objects);
  try {
    expect(await bucket.newest('runs/x/', [])).toBe('2026-11-21T11:00:00.000Z');
  } finally {
    close();
  }
});

test('an object whose name begins like one that does not count is not the newest, whatever follows in its name', async () => {
  const { bucket, close } = await storage(OBJECTS);
  try {
    expect(await bucket.newest('runs/x/', ['1'])).toBe('2026-11-21T10:04:00.000Z');
    expect(await bucket.newest('runs/x/', ['1', '0'])).toBe('2026-11-21T10:03:00.000Z');
    expect(await bucket.newest('runs/x/', ['x', 'runs/x/1'])).toBe('2026-11-21T10:09:00.000Z');
    expect(await bucket.newest('runs/', ['x/'])).toBeUndefined();
  } finally {
    close();
  }
});

test('all of them are removed', async () => {
  const { bucket, deleted, close } = await storage(OBJECTS);
  try {
    await bucket.removeAll('runs/x/');
    expect(deleted.toSorted()).toEqual(OBJECTS.map(({ name }) => name));
  } finally {
    close();
  }
});

test.each([403, 404])('a list that is refused with %d is an error, not an empty one', async (status) => {
  const { bucket, close } = await storage(OBJECTS, status);
  try {
    await expect(bucket.list('runs/x/')).rejects.toMatchObject({ code: status });
    await expect(bucket.newest('runs/x/', [])).rejects.toMatchObject({ code: status });
    await expect(bucket.removeAll('runs/x/')).rejects.toMatchObject({ code: status });
  } finally {
    close();
  }
});

test('an object that may not be read or made is an error: neither absent, nor there already', async () => {
  const { bucket, close } = await storage([], 403);
  try {
    await expect(bucket.read('runs/x/a', 10)).rejects.toMatchObject({ code: 403 });
    await expect(bucket.create('runs/x/a', 'text')).rejects.toMatchObject({ code: 403 });
    await expect(bucket.write('runs/x/a', 'text')).rejects.toMatchObject({ code: 403 });
  } finally {
    close();
  }
});
