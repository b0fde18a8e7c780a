// Where documents and objects are, and which objects are manifests of checkpoints.
import {
  attemptPrefix,
  checkpointsPrefix,
  isCheckpointOf,
  isLiveObject,
  progressPrefix,
  removedPath,
  resultsPrefix,
  runPath,
  runPrefix,
  sourceObject,
  sourceObjectsOf,
  sourcePartObject,
} from '@mymlops/protocol';

const RUN = '20261121-100000-abcd';

test('documents', () => {
  expect([runPath(RUN), removedPath(RUN)]).toEqual([`runs/${RUN}`, `removed/${RUN}`]);
});

test('all objects of an attempt are below its prefix, and its prefix below that of the run', () => {
  expect(runPrefix(RUN)).toBe(`runs/${RUN}/`);
  expect(attemptPrefix(RUN, 2)).toBe(`${runPrefix(RUN)}attempts/2/`);
  expect(resultsPrefix(RUN, 2)).toBe(`${attemptPrefix(RUN, 2)}results/`);
  expect(progressPrefix(RUN, 2)).toBe(`${attemptPrefix(RUN, 2)}progress/`);
  expect(checkpointsPrefix(RUN, 2)).toBe(`${attemptPrefix(RUN, 2)}checkpoints/manifests/`);
});

test('attempt 1 does not share a prefix with attempt 10', () => {
  expect(attemptPrefix(RUN, 10).startsWith(attemptPrefix(RUN, 1))).toBe(false);
});

test('a snapshot is one object, or the parts that the request names', () => {
  expect(sourceObjectsOf({ tree: 'abc' })).toEqual([sourceObject('abc')]);
  const parts = [sourceObject('abc'), sourcePartObject('def', '012')];
  expect(sourceObjectsOf({ tree: 'def', parts })).toEqual(['sources/abc.bundle', 'sources/def.012.bundle']);
});

test.each([
  ['the first manifest', `${checkpointsPrefix(RUN, 1)}000001`, true],
  ['one of a late attempt', `${checkpointsPrefix(RUN, 300)}012345`, true],
  ['one of another run', `${checkpointsPrefix('20261121-100000-efgh', 1)}000001`, false],
  ['fewer digits', `${checkpointsPrefix(RUN, 1)}1`, false],
  ['more digits', `${checkpointsPrefix(RUN, 1)}0000001`, false],
  ['a file of a checkpoint', `${attemptPrefix(RUN, 1)}checkpoints/data/000001`, false],
  ['attempt 0', `runs/${RUN}/attempts/0/checkpoints/manifests/000001`, false],
  ['a path that leads out', `runs/${RUN}/attempts/1/../1/checkpoints/manifests/000001`, false],
  ['something before it', `x/${checkpointsPrefix(RUN, 1)}000001`, false],
  ['nothing', '', false],
])('is a checkpoint of the run: %s', (_what, object, isOne) => {
  expect(isCheckpointOf(object, RUN)).toBe(isOne);
});

test.each([
  ['progress/log.txt', true],
  ['checkpoints/manifests/000001', true],
  ['checkpoints/data/ab', true],
  ['results/log.txt', false],
  ['results/artifacts/progress/log.txt', false],
  ['claim', false],
  ['fenced', false],
  ['outcome.json', false],
  ['publish/metadata.json', false],
])('%s of an attempt is in the live bucket: %s', (name, isLive) => {
  expect(isLiveObject(`${attemptPrefix(RUN, 2)}${name}`)).toBe(isLive);
});

test('snapshots are in the results bucket', () => {
  expect(isLiveObject(sourceObject('progress/'))).toBe(false);
});
