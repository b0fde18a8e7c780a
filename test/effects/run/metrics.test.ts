// The functions read a run's metrics.json together with its outcome.
import { resultsPrefix } from '@mymlops/protocol';
import { aCommit, RUN } from '../../fakes/builders';
import { fakeDeployment } from '../../fakes/deployment';

const manifest = ['train.ipynb', 'metrics.json'].map((name) => ({
  path64: Buffer.from(name).toString('base64'),
  size: 10,
  sha256: 'c'.repeat(64),
  generation: '1',
}));

async function finishedWith(metrics: string | undefined, outcome: object = { manifest }) {
  const deployment = fakeDeployment();
  await deployment.publish(aCommit());
  if (metrics !== undefined) deployment.google.objects.set(`${resultsPrefix(RUN, 1)}metrics.json`, metrics);
  await deployment.finish(1, outcome);
  return deployment.state();
}

test('they are in the run document', async () => {
  const { results, end } = await finishedWith('{"accuracy": 0.992, "epochs": 3.0}');
  expect(end).toMatchObject({ status: 'succeeded' });
  expect(results?.metrics).toEqual({
    values: [
      { name: 'accuracy', value: 0.992 },
      { name: 'epochs', value: 3, spelling: '3.0' },
    ],
  });
});

test('a failed run has them too', async () => {
  const { results, end } = await finishedWith('{"accuracy": 0.1}', { manifest, command: { exit: 3, timedOut: false } });
  expect(end).toMatchObject({ status: 'failed', reason: 'user-error' });
  expect(results?.metrics?.values).toHaveLength(1);
});

test.each([
  ['broken', '{"accuracy":', 'broken'],
  ['of 65 kB', `{"a": "${'x'.repeat(65 * 1024)}"}`, 'too-large'],
])('a file that is %s fails no run', async (_what, text, unread) => {
  const { results, end } = await finishedWith(text);
  expect(end).toMatchObject({ status: 'succeeded' });
  expect(results?.metrics).toEqual({ values: [], unread });
});

test.each([
  ['there is none', { manifest: manifest.slice(0, 1) }],
  ['it is gone from the bucket', { manifest }],
])('nothing is kept where %s', async (_what, outcome) => {
  const { results, end } = await finishedWith(undefined, outcome);
  expect(end).toMatchObject({ status: 'succeeded' });
  expect(results).not.toHaveProperty('metrics');
});
