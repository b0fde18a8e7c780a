// The deletion of images, which Google may still make, begins to delete and gives up, or is long about.
import { deleteKept } from '../../../../client/src/deployment/removal/delete-kept';
import { anImage, aRemoval, type ARemoval, DATABASE, deleteAll, IMAGE, refusal } from './a-removal';

const SECOND = `${IMAGE}-2`;
const names = ({ state }: ARemoval): string[] => state.images.map(({ name }) => name);
const deletions = ({ state: { calls } }: ARemoval): string[] =>
  calls.filter((line) => line.startsWith('DELETE compute')).map((line) => line.slice(line.lastIndexOf('/') + 1));

/** With two images of the deployment, and none of another one. */
async function withImages(status = 'READY'): Promise<ARemoval> {
  const removal = await aRemoval();
  removal.state.images = [anImage(IMAGE), anImage(SECOND, { status })];
  return removal;
}

test('are deleted by operations whose end is awaited, before the database', async () => {
  const removal = await withImages();
  removal.onPause = () => {
    if (names(removal).length > 0) expect(removal.state.databases).toHaveProperty(DATABASE);
  };
  await deleteAll(removal);
  expect(names(removal)).toEqual([]);
  expect(deletions(removal)).toEqual([IMAGE, SECOND]);
  expect(removal.said.indexOf('Deleted 2 images')).toBeGreaterThan(
    removal.said.indexOf(`Deleting the image ${SECOND}`),
  );
  expect(removal.said.at(-1)).toContain(`Deleted the database ${DATABASE}`);
});

test('one that Google still makes goes when it is ready', async () => {
  const removal = await withImages('PENDING');
  removal.onPause = () => {
    for (const image of removal.state.images) if (removal.slept.length === 4) image.status = 'READY';
  };
  await deleteAll(removal);
  expect(names(removal)).toEqual([]);
  expect(deletions(removal).filter((name) => name === SECOND).length).toBeGreaterThan(1);
  expect(removal.said.filter((line) => line.includes(SECOND))).toEqual([`Deleting the image ${SECOND}`]);
});

test('one whose deletion Google gave up is deleted again', async () => {
  const removal = await withImages();
  removal.onPause = () => {
    const [first] = removal.state.images;
    if (removal.slept.length === 1 && first) removal.state.images[0] = anImage(first.name);
  };
  await deleteAll(removal);
  expect(deletions(removal)).toEqual([IMAGE, SECOND, IMAGE]);
});

test('one that a build made after the look goes, too', async () => {
  const removal = await withImages();
  const kept = await removal.kept();
  removal.state.images.push(anImage('mymlops-late-1'));
  await deleteKept(removal.given, { ...kept, images: [] });
  expect(names(removal)).toEqual([]);
});

test('one that stays ends with its name, and the same line goes on', async () => {
  const removal = await withImages('PENDING');
  expect(await refusal(removal)).toBe(
    ['These images still exist after 5 minutes:', `  ${SECOND}`, 'Run the same line again: it goes on from here.'].join(
      '\n',
    ),
  );
  expect(removal.state.databases).toHaveProperty(DATABASE);
  for (const image of removal.state.images) image.status = 'READY';
  await deleteAll(removal);
  expect(names(removal)).toEqual([]);
});

test('a refusal of another kind ends with the sentence of Google', async () => {
  const removal = await withImages();
  const message = 'The image resource is already being used by a disk';
  removal.failNext('DELETE compute', 400, { error: { code: 400, message, errors: [] } });
  expect(await refusal(removal)).toContain(`did not delete the image ${IMAGE} in project my-project: ${message}`);
});

test('a Ctrl-C ends the waiting, and keeps the database', async () => {
  const removal = await withImages('PENDING');
  removal.onPause = () => removal.stop.abort();
  await expect(deleteAll(removal)).rejects.toThrow('interrupted');
  expect(removal.slept).toHaveLength(1);
  expect(removal.state.databases).toHaveProperty(DATABASE);
});
