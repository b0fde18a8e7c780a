// Questions of a client that has no right on Compute Engine: `gpus` and `check`.
import {
  type CommitRequest,
  type DeploymentCheck,
  type GpuOffers,
  VERSION,
  VERSION_ATTRIBUTE,
} from '@mymlops/protocol';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { questionIn } from '../../functions/src/sweep/questions';
import { aCommit, aMessage } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';

const IMAGES = {
  'projects/p/global/images/family/f': true,
  'projects/p/global/images/family/gpu': true,
  'projects/local/global/images/mine': true,
  'projects/local/global/snapshots/base': true,
};

/** Zones of two regions; N1 in all, T4 in one zone of each, L4 in one region. */
function aCloud(): FakeGoogle {
  const google = fakeGoogle();
  google.zones = ['eu-a', 'eu-b', 'us-a'];
  const n1 = { vcpus: 8, memoryMb: 30 * 1024, gpus: [] };
  const g2 = { vcpus: 8, memoryMb: 32 * 1024, gpus: [{ type: 'nvidia-l4', count: 1 }] };
  google.offers = {
    accelerators: {
      'nvidia-tesla-t4': { most: 4, zones: ['us-a', 'eu-a'] },
      'nvidia-l4': { most: 8, zones: ['eu-b'] },
    },
    machineTypes: {
      'n1-standard-8': { ...n1, zones: ['eu-a', 'eu-b', 'us-a'] },
      'e2-standard-4': { ...n1, zones: ['eu-a', 'eu-b', 'us-a'] },
      'g2-standard-8': { ...g2, zones: ['eu-b'] },
    },
    unlisted: [],
    bootSources: { ...IMAGES, 'projects/private/global/images/theirs': undefined },
    quotas: {
      ofProject: [
        { metric: 'GPUS_ALL_REGIONS', limit: 1, usage: 0 },
        { metric: 'NETWORKS', limit: 5, usage: 0 },
      ],
      ofRegions: [
        { region: 'eu', quotas: [{ metric: 'NVIDIA_L4_GPUS', limit: 2, usage: 1 }] },
        { region: 'us', quotas: [] },
      ],
    },
  };
  Object.assign(google.context.settings, { machineType: 'e2-standard-4', region: 'eu' });
  return google;
}

async function ask(google: FakeGoogle, question: object): Promise<unknown> {
  const at = new Date(google.nowMs).toISOString();
  await handleSweep(aMessage({ v: 1, id: 'q-1', ...question }, at), google.context);
  return google.answers.get('q-1');
}

describe('gpus', () => {
  test('types with their zones, sorted; a machine type without GPUs is not among them', async () => {
    const answer = (await ask(aCloud(), { type: 'gpus' })) as GpuOffers;
    expect(answer).toEqual({
      ...{ v: 1, at: '2026-11-21T10:00:00.000Z', regions: ['eu', 'us'], unlisted: [], omitted: 0 },
      accelerators: [
        { type: 'nvidia-l4', most: 8, zones: ['eu-b'] },
        { type: 'nvidia-tesla-t4', most: 4, zones: ['eu-a', 'us-a'] },
      ],
      machineTypes: [
        {
          ...{ name: 'g2-standard-8', vcpus: 8, memoryMb: 32768, zones: ['eu-b'] },
          gpus: [{ type: 'nvidia-l4', count: 1 }],
        },
      ],
    });
  });

  test('writes nothing but its answer, and does not sweep', async () => {
    const google = aCloud();
    const calls: string[] = [];
    google.calls.before = (name) => void calls.push(name);
    await ask(google, { type: 'gpus' });
    expect(calls.filter((name) => !name.startsWith('computeCatalog.'))).toEqual(['sweeps.writeAnswer']);
    expect(google.sweeps).toEqual([]);
  });
});

const machine = (spec: Partial<CommitRequest['machine']>): CommitRequest['machine'] => ({
  provisioning: 'spot',
  ...spec,
});

async function check(request: Partial<CommitRequest>, google = aCloud()): Promise<DeploymentCheck> {
  return (await ask(google, {
    type: 'check',
    runs: [{ name: 'commit', request: aCommit(request) }],
  })) as DeploymentCheck;
}

const found = ({ runs }: DeploymentCheck): string[] =>
  runs.flatMap(({ findings }) =>
    findings.map((one) => `${one.severity}: ${one.subject} ${one.problem}. ${one.remedy}`),
  );

test('check: a run that would do has its zones and no finding', async () => {
  const { runs, quotas } = await check({ machine: machine({ machineType: 'g2-standard-8' }) });
  expect(runs).toEqual([{ name: 'commit', machineType: 'g2-standard-8', zones: ['eu-b'], findings: [] }]);
  expect(quotas).toEqual({
    ofProject: [{ metric: 'GPUS_ALL_REGIONS', limit: 1, usage: 0 }],
    ofRegions: [{ region: 'eu', quotas: [{ metric: 'NVIDIA_L4_GPUS', limit: 2, usage: 1 }], hasNat: false }],
  });
});

test("check: without a machine type, the deployment's own", async () => {
  const { runs } = await check({});
  expect(runs).toMatchObject([{ machineType: 'e2-standard-4', zones: ['eu-a', 'eu-b'], findings: [] }]);
});

const T4 = { type: 'nvidia-tesla-t4', count: 1 };

test.each<[what: string, request: Partial<CommitRequest>, finding: string]>([
  [
    'a machine type that no zone has',
    { machine: machine({ machineType: 'n9-standard-8' }) },
    'error: commit has no zone to go to: no zone offers n9-standard-8. Choose another machine type',
  ],
  [
    'a zone pattern that matches none',
    { machine: machine({ machineType: 'g2-standard-8', zoneRegex: 'us-' }) },
    'error: commit has no zone to go to: no zone that offers g2-standard-8 matches zone_regex us-; there are eu-b.',
  ],
  [
    'a GPU that does not fit',
    { machine: machine({ accelerator: T4 }) },
    'error: commit asks for a GPU of type nvidia-tesla-t4, which can be attached to machine types of the series N1, and not to e2-standard-4.',
  ],
  [
    'an image that does not exist',
    { machine: machine({ image: 'yours' }) },
    'error: commit boots from projects/local/global/images/yours, which does not exist. Correct `image`',
  ],
  [
    'a snapshot that does not exist',
    { machine: machine({ snapshot: 'lost' }) },
    'error: commit boots from projects/local/global/snapshots/lost, which does not exist. Correct `snapshot`',
  ],
  [
    'more at once than the deployment has',
    { maxParallel: 11 },
    'warning: commit sets max_parallel to 11, and the deployment has at most 10 runs on VMs at a time.',
  ],
  [
    'what `request` refuses: an account',
    { machine: machine({ serviceAccount: 'a@b.example' }) },
    'error: commit would be refused. This deployment does not let requests choose the service account a@b.example.',
  ],
  [
    'what `request` refuses: the time',
    { maxRunSeconds: 8 * 86400 },
    'error: commit would be refused. max_run is longer than the 7 days that this deployment gives a run.',
  ],
])('check: %s', async (_what, request, finding) => {
  expect(found(await check(request))).toEqual([expect.stringContaining(finding)]);
});

test('check: the image of a project where the function may not look is a warning, if requests may name it', async () => {
  const google = aCloud();
  google.context.settings.limits = { ...google.context.settings.limits, imageProjects: ['private'] };
  const answer = await check({ machine: machine({ image: 'projects/private/global/images/theirs' }) }, google);
  expect(found(answer)).toEqual([
    expect.stringContaining(
      'warning: commit boots from projects/private/global/images/theirs, which could not be looked at',
    ),
  ]);
});

test("check: the deployment's own image for GPUs is gone", async () => {
  const google = aCloud();
  google.offers.bootSources['projects/p/global/images/family/gpu'] = false;
  const answer = await check({ machine: machine({ machineType: 'g2-standard-8' }) }, google);
  expect(found(answer)).toEqual([
    expect.stringContaining('Ask the administrator of the deployment to set another image'),
  ]);
});

test('check: a zone that does not answer is a wait, and no mistake', async () => {
  const google = aCloud();
  google.offers.unlisted = ['eu-b'];
  const answer = await check({ machine: machine({ machineType: 'g2-standard-8' }) }, google);
  expect(found(answer)).toEqual([expect.stringContaining('warning: commit would wait')]);
});

test.each(['offers', 'machineType', 'hasBootSource', 'quotas'])(
  'check: where Compute Engine refuses %s, a warning says so, and the rest is checked',
  async (call) => {
    const google = aCloud();
    google.calls.before = (name) => {
      if (name === `computeCatalog.${call}`) throw new Error('Required permission for it');
    };
    const answer = await check({ maxParallel: 11 }, google);
    expect(found(answer)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('could not be checked in full'),
        expect.stringContaining('sets max_parallel to 11'),
      ]),
    );
  },
);

test('check: a question that cannot be read is answered to nobody, and the log says why', async () => {
  const google = aCloud();
  const logged: unknown[] = [];
  google.context.log = (...line) => void logged.push(line);
  expect(await ask(google, { type: 'check', runs: [] })).toBeUndefined();
  expect(logged).toEqual([['WARNING', 'question not understood', { cause: expect.stringContaining('runs') }]]);
});

test.each([
  ['9.9.9', true],
  ['0.2.0', false],
])(
  'check: a field that this function does not know, from a client of version %s: answered: %s',
  (version, isAnswered) => {
    const content = { v: 1, type: 'check', id: 'q-1', runs: [{ name: 'commit', request: aCommit(), later: 1 }] };
    expect(questionIn(content, { attributes: { 'mymlops-version': version } }, '0.2.0')?.ok).toBe(isAnswered);
  },
);

test('images: those that are not there', async () => {
  const google = aCloud();
  const images = ['mine', 'lost', 'gone'];
  expect(await ask(google, { type: 'images', images })).toEqual({
    ...{ v: 1, at: '2026-11-21T10:00:00.000Z', absent: ['gone', 'lost'] },
  });
  expect(google.sweeps).toEqual([]);
});

test.each([[['projects/other/global/images/x']], [[]], [Array(101).fill('a')]])(
  'images: names of the own project alone, and not too many: %#',
  (images) => {
    expect(questionIn({ v: 1, type: 'images', id: 'q-1', images }, undefined)?.ok).toBe(false);
  },
);

describe('a question that fails as a whole', () => {
  const failing = (call: string): FakeGoogle => {
    const google = aCloud();
    google.calls.before = (name) => {
      if (name === call) throw new Error("Required 'compute.zones.list' permission for 'projects/local'");
    };
    return google;
  };
  const asked = (google: FakeGoogle, question: object, version: string): Promise<void> =>
    handleSweep(
      aMessage({ v: 1, id: 'q-1', ...question }, new Date(google.nowMs).toISOString(), {
        [VERSION_ATTRIBUTE]: version,
      }),
      google.context,
    );

  test('gpus: its user waited a minute, and read that the function does not answer', async () => {
    const google = failing('computeCatalog.zones');
    const logged: unknown[] = [];
    google.context.log = (...line) => void logged.push(line);
    await asked(google, { type: 'gpus' }, VERSION);
    const failed = "Required 'compute.zones.list' permission for 'projects/local'";
    expect(google.answers.get('q-1')).toEqual({ v: 1, at: '2026-11-21T10:00:00.000Z', failed });
    expect(logged).toEqual([['ERROR', 'a question could not be answered', { cause: failed }]]);
  });

  test('where the failure cannot be written either, the question is delivered again', async () => {
    const google = failing('computeCatalog.zones');
    google.calls.before = (name) => {
      if (name === 'sweeps.writeAnswer') throw new Error('Firestore is away');
    };
    await expect(asked(google, { type: 'gpus' }, VERSION)).rejects.toThrow('Firestore is away');
  });

  test('a client of 0.1 would take the failure for a plan: it is delivered again', async () => {
    const google = failing('sweeps.last');
    await expect(asked(google, { type: 'plan' }, '0.1.0')).rejects.toThrow('Required');
    expect(google.answers.size).toBe(0);
    await asked(google, { type: 'plan' }, VERSION);
    expect(google.answers.get('q-1')).toHaveProperty('failed');
  });
});

test('what is not a question', () => {
  expect([{ type: 'tick' }, { type: 'constructor' }, 'gpus', null].map((it) => questionIn(it, undefined))).toEqual(
    Array(4).fill(undefined),
  );
});
