// A snapshot that lies in several bundles.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { writeBundle } from '../../../client/src/snapshot/bundle';
import { type GitObject, buildTrees, objectOf, snapshotCommit } from '../../../client/src/snapshot/git-objects';
import { PREFIX, destroyVms, startVm } from '../start-vm';

const folder = mkdtempSync(join(tmpdir(), 'mymlops-parts-'));
afterEach(destroyVms);
afterAll(() => rmSync(folder, { recursive: true }));

const blobOf = (text: string): GitObject => objectOf('blob', Buffer.from(text));
const [notebook, data] = [blobOf('{"cells": []}'), blobOf('data')];
const program = blobOf('echo "it is $(cat data.txt)"\n');
const trees = buildTrees([
  { path: 'a.ipynb', mode: '100644', hash: notebook.hash },
  { path: 'data.txt', mode: '100644', hash: data.hash },
  { path: 'run.sh', mode: '100755', hash: program.hash },
]);
const commit = snapshotCommit(trees.at(-1)?.hash ?? '');

async function bundleOf(name: string, objects: readonly GitObject[]): Promise<Buffer> {
  const file = join(folder, name);
  await writeBundle(
    file,
    commit.hash,
    objects.map(({ type, content }) => ({ type, bytes: content.length, pieces: () => Readable.from([content]) })),
  );
  return readFileSync(file);
}

const PARTS = 'sources/1.bundle:sources/2.2.bundle:sources/3.3.bundle';

async function start(name: string, left: (object: string) => boolean) {
  const bundles: [string, Buffer][] = [
    ['sources/1.bundle', await bundleOf(`${name}1`, [notebook])],
    ['sources/2.2.bundle', await bundleOf(`${name}2`, [data])],
    ['sources/3.3.bundle', await bundleOf(`${name}3`, [program, ...trees, commit])],
  ];
  return startVm({
    notebook: 'a.ipynb',
    command: 'sh run.sh',
    metadata: { 'mymlops-source-object': PARTS, 'mymlops-source-commit': commit.hash },
    prepare: (google) => {
      for (const [object, bundle] of bundles) if (left(object)) google.put(object, bundle);
    },
  });
}

test('all parts together are the snapshot', async () => {
  const vm = await start('all', () => true);
  await vm.ended();
  expect(vm.result('log.txt')).toContain('it is data');
});

test('a part that is missing is reported, and nothing runs', async () => {
  const vm = await start('some', (object) => !object.includes('2.2'));
  await vm.ended();
  const outcome = vm.google.outcomeOf(PREFIX);
  expect(outcome.failure).toMatchObject({ reason: 'source-unavailable' });
  expect(outcome.failure?.message).toContain('HTTP 404');
  expect(outcome.command).toBeUndefined();
});
