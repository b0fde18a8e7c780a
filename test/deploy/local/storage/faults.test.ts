// Cloud Storage when the process is killed, or the disk is full, during an upload.
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Place } from '../cloud-process';
import { makePlace } from '../cloud-process';
import { eventually } from '../harness';
import { bucketsIn } from '../buckets-in';

const upload = (place: Place, name: string): string =>
  `/upload/storage/v1/b/${bucketsIn(place.folder).results}/o?uploadType=media&name=${name}`;
const incoming = (place: Place): string[] => readdirSync(join(place.folder, 'storage/incoming'));

async function get(place: Place, path: string): Promise<unknown> {
  const { storage, token } = place.endpoints();
  const response = await fetch(`http://${storage}/storage/v1/b/${bucketsIn(place.folder).results}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.json();
}

test('a kill during an upload leaves the old object and nothing of the new one', async () => {
  const place = makePlace();
  try {
    const { child, ended } = await place.startReady();
    expect((await place.post('storage', upload(place, 'a'), { before: true })).status).toBe(200);
    const { storage, token } = place.endpoints();
    const uploading = request(`http://${storage}${upload(place, 'a')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': 1000 },
    });
    uploading.on('error', () => undefined);
    uploading.write('half of it');
    await eventually(() => incoming(place).length === 1);
    child.kill('SIGKILL');
    await ended;

    await place.startReady();
    expect(await get(place, '/o/a?alt=media')).toEqual({ before: true });
    expect(incoming(place)).toEqual([]);
    expect(readdirSync(join(place.folder, 'storage/content'))).toHaveLength(1);
  } finally {
    await place.removeAll();
  }
});

test('on a full disk an upload is refused as a whole, and a smaller one is still stored', async () => {
  const place = makePlace({ fileLimitKb: 512 });
  try {
    await place.startReady();
    const refused = await place.post('storage', upload(place, 'large'), 'x'.repeat(3 << 20));
    expect([refused.status, await refused.json()]).toMatchObject([507, { error: { code: 507 } }]);
    expect((await place.post('storage', upload(place, 'small'), 'x')).status).toBe(200);
    expect(await get(place, '/o?fields=items(name)')).toEqual({ items: [{ name: 'small' }] });
    expect(incoming(place)).toEqual([]);
  } finally {
    await place.removeAll();
  }
});
