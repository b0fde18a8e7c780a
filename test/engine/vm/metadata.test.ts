// The metadata that every VM has.
import { vmMetadata } from '../../../functions/src/engine/vm/metadata';
import { aStart, at, aVm, msAt } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';

const settings = {
  ...fakeGoogle().context.settings,
  ...{ project: 'p', deployment: 'd', buckets: { results: 'of-results', live: 'of-live' }, eventsTopic: 'd-events' },
  ...{
    storageUrl: 'https://storage',
    pubsubUrl: 'https://pubsub',
    secretsUrl: 'https://secrets',
    heartbeatSeconds: 60,
    progressSeconds: 10,
  },
};

test('each value comes from its setting, under the key that the agent reads', () => {
  expect(vmMetadata(aVm(), settings)).toStrictEqual({
    'mymlops-project': 'p',
    'mymlops-deployment': 'd',
    'mymlops-decided-at': String(msAt(0) / 1000),
    'mymlops-time-limit-seconds': '6600',
    'mymlops-results-bucket': 'of-results',
    'mymlops-live-bucket': 'of-live',
    'mymlops-events-topic': 'd-events',
    'mymlops-storage-url': 'https://storage',
    'mymlops-pubsub-url': 'https://pubsub',
    'mymlops-secrets-url': 'https://secrets',
    'mymlops-heartbeat-seconds': '60',
    'mymlops-progress-seconds': '10',
  });
});

test.each([
  ['whole seconds', [0], 0],
  ['milliseconds are left out', [0.999], 0],
  ['the decision on its newest start counts: the one to make it may be months old', [5, 9999], 9999],
])('when the VM was decided on: %s', (_what, starts, seconds) => {
  const periods = Object.fromEntries(starts.map((start, index) => [index + 1, { start: aStart({ at: at(start) }) }]));
  expect(vmMetadata(aVm({ periods }), settings)['mymlops-decided-at']).toBe(String(msAt(seconds) / 1000));
});

test('a VM that is only stopped at its time limit does not wait for it', () => {
  const vm = aVm({ terminationAction: 'STOP' });
  expect(vmMetadata(vm, settings)).not.toHaveProperty('mymlops-time-limit-seconds');
});
