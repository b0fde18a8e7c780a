// The client's reader of builds over the real wire, on our stand-in and on Google's emulator.
import { namesOf } from '@mymlops/protocol';
import { type ImageReader, openImageReader } from '../../../client/src/google/images';
import { onEveryFirestore } from '../../emulators/firestore';
import { buildAt, listed, ready } from '../image/listed';

onEveryFirestore((endpoints, connect) => {
  let images: ImageReader;
  afterEach(() => images.close());

  test('builds are listed newest first, without what may be long; one is read whole; removed ones are known', async () => {
    const names = namesOf('local', 'images-1');
    const writer = connect(names.database);
    const request = { setup: 'x'.repeat(1000) };
    for (const { id, document } of [ready({ hour: 1 }), listed({ hour: 3 }), ready({ hour: 2 })]) {
      await writer.doc(`images/${id}`).set({ ...document, request, attempts: { 1: { vm: {} } } });
    }
    await writer.doc(`removed-images/${buildAt(4)}`).set({ v: 1 });
    images = openImageReader({ names, deadlineMs: 10_000, endpoints: endpoints() });
    const all = await images.list();
    expect(all).toEqual([listed({ hour: 3 }), ready({ hour: 2 }), ready({ hour: 1 })]);
    expect(await images.get(buildAt(1))).toMatchObject({ request, attempts: { 1: {} } });
    expect(await images.get(buildAt(4))).toBeNull();
    expect([await images.isRemoved(buildAt(4)), await images.isRemoved(buildAt(1))]).toEqual([true, false]);
    expect(await images.idsWith('-02')).toEqual([buildAt(2)]);
  });
});
