// Results and outcome on their way into a bucket that fails.
import { PREFIX, destroyVms, startVm } from '../start-vm';
import { expectNothingLeft } from '../processes';

afterEach(destroyVms);

test('an upload that the bucket garbled or refused is sent again', async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.fault = ({ name, count }) => {
        if (name.endsWith('results/log.txt') && count === 1) return 503;
        return name.endsWith('results/params.json') && count === 1 ? 'lost' : null;
      };
    },
  });
  await vm.ended();
  const { manifest, missing } = vm.google.outcomeOf(PREFIX);
  expect(missing).toEqual([]);
  expect(manifest).toHaveLength(3);
  for (const entry of manifest) {
    expect(vm.google.objects.get(`${PREFIX}results/${entry.path}`)?.generation).toBe(entry.generation);
  }
});

test('a bucket that is away for minutes at the end of a run costs no results', async () => {
  const vm = await startVm({
    hurried: true,
    command: 'echo {} > notebooks/metrics.json; true',
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.includes('/results/') && count <= 12 ? 503 : null;
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing).toEqual([]);
  expect(vm.google.outcomeOf(PREFIX).manifest).toHaveLength(4);
});

test('a result that the bucket never takes is listed as missing once the time is over', async () => {
  const vm = await startVm({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/params.json') ? 503 : null);
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing).toEqual([
    { path: 'params.json', message: expect.stringContaining('HTTP 503') },
  ]);
});

// Somebody takes a right away and gives it back, or Google counts too many calls: the results were lost at the first 403.
test('a right that is gone for minutes at the end of a run costs no results', async () => {
  const vm = await startVm({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.includes('/results/') && count <= 7 ? 403 : null;
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing).toEqual([]);
  expect(vm.google.outcomeOf(PREFIX).manifest).toHaveLength(3);
});

test('a result that the bucket refuses for good is not sent again', async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/params.json') ? 400 : null);
    },
  });
  let tries = 0;
  const fault = vm.google.fault;
  vm.google.fault = (call) => {
    if (call.name.endsWith('/params.json')) tries = call.count;
    return fault(call);
  };
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing).toEqual([
    { path: 'params.json', message: expect.stringContaining('HTTP 400') },
  ]);
  expect(tries).toBe(1);
});

test('one file that vanishes before it is read costs no other result', async () => {
  const vm = await startVm({
    tools: { sha256sum: 'rm -f "$HOME/repo/notebooks/artifacts/gone"' },
    command: 'for i in a gone z; do echo $i > notebooks/artifacts/$i; done; true',
  });
  await vm.ended();
  const { manifest, missing } = vm.google.outcomeOf(PREFIX);
  expect(manifest.map((entry) => entry.path).toSorted()).toEqual(
    ['artifacts/a', 'artifacts/z', 'log.txt', 'params.json', 'train.ipynb'].toSorted(),
  );
  expect(missing).toEqual([{ path: 'artifacts/gone', message: 'The file is gone or cannot be read.' }]);
});

test('an outcome whose answer was lost is taken for written', async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.endsWith('outcome.json') && count === 1 ? 'lost' : null;
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).boot).toBe(vm.google.reports[0]?.boot);
});

// An empty outcome was uploaded: a run that had finished was lost, and one whose list was cut would have lost its results.
test.each(['outcome.json', 'manifest'])(
  'the disk is full when the agent writes its %s: no outcome says less',
  async (file) => {
    const vm = await startVm({
      hurried: true,
      command: `rm -f "$HOME/.mymlops/private/${file}"; ln -s /dev/full "$HOME/.mymlops/private/${file}"; true`,
    });
    await vm.exited;
    expect(vm.log()).toMatch(new RegExp(`${file} could not be written: the disk is full`));
    expect([...vm.google.objects.keys()].filter((name) => name.endsWith('outcome.json'))).toEqual([]);
    await expectNothingLeft(vm.agent.pid);
  },
);

test.each([
  ['after a run', {}],
  ['after an error of the agent itself', { 'mymlops-params-64': 'not/base64=really' }],
])('an outcome that cannot be written leaves no process behind, %s', async (_, metadata) => {
  const vm = await startVm({
    hurried: true,
    metadata,
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/outcome.json') ? 503 : null);
    },
  });
  await vm.exited;
  expect(vm.log()).toMatch(/outcome\.json could not be written[^]*power-off is skipped/);
  await expectNothingLeft(vm.agent.pid);
});
