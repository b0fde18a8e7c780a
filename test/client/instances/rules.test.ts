// The rules of `start`: names, specification, differences, and decision.
import type { InstanceDocument } from '@mymlops/protocol';
import { decideStart, joinOther } from '../../../client/src/instances/decide-start';
import { differenceLines, differencesOf } from '../../../client/src/instances/differences';
import { withLocalPorts } from '../../../client/src/instances/local-ports';
import { defaultInstanceName, freeName, requireInstanceName } from '../../../client/src/instances/names';
import { specOf } from '../../../client/src/instances/spec';
import { isKnown, startOutcome } from '../../../client/src/instances/start-outcome';
import { waysTo, withToken } from '../../../client/src/instances/way';
import { instance, SPEC } from './documents';

const HERE = { project: 'local', deployment: 'mymlops' };
const GOOGLE = { project: 'my-project', deployment: 'mymlops' };

test.each<[string, string | undefined, string]>([
  ['/home/ada/my-project', undefined, 'my-project'],
  ['/home/ada/My Project_2', undefined, 'my-project-2'],
  ['/home/ada/2026 thesis', undefined, 'thesis'],
  ['/home/ada/my-project', 'gpu', 'my-project-gpu'],
  ['/home/ada/a-very-long-name-of-a-project', 'Big_GPU', 'a-very-long-name-big-gpu'],
  ['/home/ada/2026', undefined, 'instance'],
  ['/', 'gpu', 'instance-gpu'],
  ['/home/ada/x', 'a'.repeat(40), `x-${'a'.repeat(22)}`],
])('the instance of %s with profile %s is called %s', (folder, profile, name) => {
  expect(defaultInstanceName(folder, profile)).toBe(name);
});

test('--new finds a free name', () => {
  expect(freeName('cpu', new Set())).toBe('cpu');
  expect(freeName('cpu', new Set(['cpu', 'cpu-2']))).toBe('cpu-3');
  expect(freeName('a'.repeat(24), new Set(['a'.repeat(24)]))).toBe(`${'a'.repeat(22)}-2`);
});

test('a name that cannot be one is refused in one sentence', () => {
  expect(() => requireInstanceName('My_VM')).toThrow('"My_VM" cannot be used: the name of an instance has at most 24');
  expect(() => requireInstanceName('20260101-120000-abcd')).toThrow('cannot be used');
});

describe('the specification', () => {
  test('has the defaults', () => {
    expect(specOf({}, GOOGLE, {})).toEqual({
      ...{ machine: { provisioning: 'standard' }, services: [] },
      ...{ idleSeconds: 3600, softStopSeconds: 86_400, maxSeconds: 3 * 86_400 },
    });
  });

  test('has what the file says', () => {
    const config = {
      ...{ command: './prepare.sh', setup: 'pip install x', env: { A: '1' }, secrets: ['B', 'B'], idle: 300 },
      ...{ soft_stop: 5 * 86_400, instance: { machine_type: 'e2-standard-4', provisioning: 'spot' as const } },
      services: { jupyter: { command: 'jupyter lab', port: 8888, token: 'JUPYTER_TOKEN' } },
    };
    expect(specOf(config, GOOGLE, { profile: 'p' })).toEqual({
      ...{ profile: 'p', startCommand: './prepare.sh', setup: 'pip install x', env: { A: '1' }, secrets: ['B'] },
      machine: { machineType: 'e2-standard-4', provisioning: 'spot' },
      services: [{ name: 'jupyter', command: 'jupyter lab', port: 8888, path: '/', tokenVariable: 'JUPYTER_TOKEN' }],
      ...{ idleSeconds: 300, softStopSeconds: 5 * 86_400, maxSeconds: 5 * 86_400 },
    });
    expect(specOf(config, HERE, {}).machine).toEqual({ provisioning: 'standard' });
  });

  test('--max shortens the soft stop, too', () => {
    expect(specOf({}, GOOGLE, { max: '8h' })).toMatchObject({ softStopSeconds: 8 * 3600, maxSeconds: 8 * 3600 });
    expect(specOf({ max: 3600, soft_stop: 60 }, GOOGLE, {})).toMatchObject({ softStopSeconds: 60, maxSeconds: 3600 });
  });

  test.each<[object, string | undefined, string]>([
    [{ soft_stop: 7200, max: 3600 }, undefined, '`start.soft_stop` is longer than `start.max`'],
    [
      { instance: { provisioning: 'spot_then_standard' } },
      undefined,
      'In `start`, write: instance: {provisioning: standard}',
    ],
    [{}, '2x', '--max must be a duration such as 30m, 2h or 1d, not 2x.'],
    [{}, '1m', '--max must be from 10 min to 100 days, not 1m.'],
  ])('%j with --max %s is refused', (config, max, sentence) => {
    expect(() => specOf(config, GOOGLE, { max })).toThrow(sentence);
  });
});

describe('differences', () => {
  test('none between equal ones, whatever their source', () => {
    expect(differencesOf({ ...SPEC, source: { tree: 'a', commit: 'b' } } as typeof SPEC, SPEC)).toEqual([]);
  });

  test('each with the time at which it applies', () => {
    const wanted = {
      ...SPEC,
      ...{ idleSeconds: 600, startCommand: './a.sh' },
      machine: {
        ...{ provisioning: 'spot' as const, machineType: 'n1-standard-4', disk: { sizeGb: 200, type: 'pd-ssd' } },
        accelerator: { type: 'nvidia-l4', count: 1 },
      },
      services: [{ name: 'board', command: 'tensorboard', port: 6006, path: '/' }],
    };
    const found = differencesOf(SPEC, wanted);
    expect(differenceLines(found, 'work', true)).toEqual([
      'Changed in mymlops.yml since work was started. It applies at the next start:',
      '  command: none -> ./a.sh',
      '  idle: 1 h 00 min -> 10 min 00 s',
      '  services.jupyter: port 8888, jupyter lab -> none',
      '  services.board: none -> port 6006, tensorboard',
      "  instance.machine_type: the deployment's -> n1-standard-4",
      "  instance.disk.size: the deployment's -> 200 GB",
      'Not applied, because the VM of work and its disk exist already (for another VM: start --new):',
      '  instance.accelerator: none -> 1 nvidia-l4',
      "  instance.disk.type: the deployment's -> pd-ssd",
      '  instance.provisioning: standard -> spot',
    ]);
    expect(differenceLines(found, 'work', false)[0]).toMatch(/It applies now:$/);
    expect(differenceLines([], 'work', true)).toEqual([]);
  });
});

describe('the decision', () => {
  const decide = (document: InstanceDocument | null, wanted: typeof SPEC | undefined = SPEC) =>
    decideStart({ name: 'work', document, wanted });
  const ofNoRequest = instance({ status: 'failed', started: 0, stopped: 0 });
  delete ofNoRequest.uid;

  test.each<[string, InstanceDocument | null, object]>([
    ['nothing of that name', null, { do: 'create', period: 1 }],
    ['one that was deleted', instance({ status: 'deleted' }), { do: 'create', period: 1 }],
    ['a request that could not be read', ofNoRequest, { do: 'create', period: 1 }],
    ['one without a disk', instance({ status: 'failed' }), { do: 'create-again', uid: 'abc123', period: 2 }],
    ['one that is stopped', instance({ status: 'stopped', started: 3 }), { do: 'resume', uid: 'abc123', period: 4 }],
    ['one that stops', instance({ status: 'stopping' }), { do: 'resume', period: 2 }],
    [
      'one that stops, and is to start again',
      instance({ status: 'stopping', stopped: 0, current: 0 }),
      { do: 'open', period: 1 },
    ],
    ['one that waits', instance({ status: 'queued' }), { do: 'open', uid: 'abc123', period: 1 }],
    ['one that is made', instance({ status: 'provisioning' }), { do: 'open' }],
    ['one that starts', instance({ status: 'starting' }), { do: 'open' }],
    ['one that is ready', instance({ status: 'ready' }), { do: 'open', differences: [] }],
    ['one that is not ready', instance({ status: 'unready' }), { do: 'open' }],
  ])('%s', (_what, document, expected) => {
    expect(decide(document)).toMatchObject(expected);
  });

  test('one that is being deleted is refused', () => {
    expect(() => decide(instance({ status: 'deleting' }))).toThrow('work is being deleted. Wait until it is gone');
  });

  test('a start keeps VM and source, and takes the rest from the file', () => {
    const source = { tree: 'a'.repeat(40), commit: 'b'.repeat(40) };
    const known = { ...SPEC, source, machine: { provisioning: 'spot' as const, machineType: 'e2-small' } };
    const wanted = { ...SPEC, idleSeconds: 60 };
    expect(decide(instance({ status: 'stopped', spec: known }), wanted)).toMatchObject({
      spec: { ...wanted, source, machine: { provisioning: 'spot' } },
    });
  });

  test.each<[number | undefined, number | undefined, number | undefined]>([
    [undefined, 200, 200],
    [100, 200, 200],
    [200, 100, 200],
    [200, undefined, 200],
    [undefined, undefined, undefined],
  ])('a disk of %s GB that is to have %s has %s', (before, wanted, after) => {
    const machineOf = (sizeGb: number | undefined) => ({
      ...{ provisioning: 'standard' as const, machineType: 'e2-small' },
      ...(sizeGb !== undefined && { disk: { sizeGb } }),
    });
    const document = instance({ status: 'stopped', spec: { ...SPEC, machine: machineOf(before) } });
    expect(decide(document, { ...SPEC, machine: machineOf(wanted) })).toMatchObject({
      spec: { machine: machineOf(after) },
    });
  });

  test('without a file it keeps its specification', () => {
    const decided = decideStart({ name: 'work', document: instance({ status: 'stopped' }), wanted: undefined });
    expect(decided).toMatchObject({ do: 'resume', spec: SPEC, differences: [] });
  });

  test('two at once: the other one is joined if it is the same, else refused with the difference', () => {
    const other = instance({ status: 'queued' });
    expect(() => joinOther('work', other, SPEC)).not.toThrow();
    expect(() => joinOther('work', other, { ...SPEC, idleSeconds: 60 })).toThrow(
      /^ada@home created work at the same moment, with another specification:\n {2}idle: 1 h 00 min, and here 1 min 00 s\n.*start --new$/,
    );
  });
});

describe('how far a start has come', () => {
  const started = { uid: 'abc123', period: 2 };
  test.each<[string, InstanceDocument | null, string | undefined]>([
    ['unseen', null, undefined],
    ['the period before is off', instance({ status: 'stopped', started: 1 }), undefined],
    ['the period before goes down', instance({ status: 'stopping', started: 2, stopped: 1, current: 1 }), undefined],
    ['the period before was ready', instance({ status: 'ready', started: 2, current: 1 }), undefined],
    ['starting', instance({ status: 'starting', started: 2 }), undefined],
    ['ready', instance({ status: 'ready', started: 2 }), 'ready'],
    ['not ready', instance({ status: 'unready', started: 2 }), 'unready'],
    ['stopped, as nothing had capacity', instance({ status: 'stopped', started: 2 }), 'ended'],
    ['stopping', instance({ status: 'stopping', started: 2 }), undefined],
    ['deleted meanwhile', instance({ status: 'deleting', started: 2 }), 'ended'],
    ["another computer's", instance({ status: 'queued', uid: 'zzz999' }), 'other'],
    ['an earlier one of that name', instance({ status: 'deleted', uid: 'zzz999', deletedAt: '2026' }), undefined],
  ])('%s', (_what, document, why) => {
    expect(startOutcome(document, started)?.why).toBe(why);
  });

  test('the deployment knows of it', () => {
    expect(isKnown(null, started)).toBe(false);
    expect(isKnown(instance({ status: 'stopped', started: 1 }), started)).toBe(false);
    expect(isKnown(instance({ status: 'queued', started: 2 }), started)).toBe(true);
  });
});

describe('ports on this computer', () => {
  const [service] = SPEC.services;
  const services = service ? [service] : [];
  const choose = async (known: { name: string; port: number }[], taken: number[], inUse: number[] = []) => {
    const isInUse = (port: number): Promise<boolean> => Promise.resolve(inUse.includes(port));
    return (await withLocalPorts({ services, known, taken: new Set(taken), isInUse })).map(({ port }) => port);
  };

  test('the written one, else the next that is free', async () => {
    expect(await choose([], [])).toEqual([8888]);
    expect(await choose([], [8888, 8889], [8890])).toEqual([8891]);
  });

  test('an instance keeps its own, in use or not, until the file has another', async () => {
    expect(await choose([{ name: 'jupyter', port: 8889 }], [], [8889])).toEqual([8889]);
    expect(await choose([{ name: 'jupyter', port: 7000 }], [])).toEqual([8888]);
  });

  test('none is free', async () => {
    const many = Array.from({ length: 100 }, (_, index) => 8888 + index);
    await expect(choose([], many)).rejects.toThrow(
      'No port from 8888 on is free on this computer for the service jupyter.',
    );
  });
});

test('the way: the port here, a line for gcloud on Google Cloud, never a token unasked', () => {
  const document = instance({ status: 'ready' });
  const here = { service: 'jupyter', url: 'http://127.0.0.1:8888/', takesToken: true };
  expect(waysTo(document, HERE)).toEqual([here]);
  expect(waysTo(document, GOOGLE)).toEqual([
    {
      ...here,
      tunnel:
        'gcloud compute ssh mymlops-work-abc123-1 --project my-project --zone us-central1-a --tunnel-through-iap -- -N -L 127.0.0.1:8888:mymlops-work-abc123-1:8888',
    },
  ]);
  expect(withToken(here.url, 'a&b')).toBe('http://127.0.0.1:8888/?token=a%26b');
});
