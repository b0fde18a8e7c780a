// The file of `doctor --bundle` holds a closed list of fields. In these documents every text is a marker, and no marker may be in it.
import { buildEventFacts, imageFacts } from '../../../client/src/doctor/image-facts';
import { instanceFacts } from '../../../client/src/doctor/instance-facts';
import { eventFacts, runFacts } from '../../../client/src/doctor/run-facts';
import { logFacts } from '../../../client/src/doctor/log-facts';
import { planFacts } from '../../../client/src/doctor/finding-facts';
import type { Json } from '../../../client/src/doctor/keep';
import { BUILD, completeBuildEvent, completeImage } from './complete-image';
import { completeInstance, UID } from './complete-instance';
import { AT, completeEvent, completeRun, RUN } from './complete-run';

type Path = readonly (string | number)[];

/** Paths of all texts in a document. */
const textsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'string'
    ? [path]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => textsIn(one, [...path, name]))
      : [];

/** A copy in which `text` stands at `path`. */
function withText(value: unknown, [name, ...rest]: Path, text: string): unknown {
  if (name === undefined) return text;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[String(name)] = withText(copy[String(name)], rest, text);
  return copy;
}

/** A copy in which each object has one more member, with a name and a value that no list has. */
function withUnknown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return [...value.map(withUnknown), 'MARKER in a list'];
  const members = Object.entries(value).map(([name, one]) => [name, withUnknown(one)] as const);
  return { ...Object.fromEntries(members), MARKER: 'MARKER', 'MARKER in a name': { at: 'MARKER', MARKER: ['MARKER'] } };
}

const plan = {
  ...{
    v: 1,
    at: '2026-11-21T10:00:00.000Z',
    isListed: true,
    sinceList: 0,
    vms: 1,
    disks: 1,
    live: { run: 1, image: 1, instance: 1 },
  },
  ...{ advanced: [{ kind: 'run', id: RUN }], reaped: ['europe-west4-a/vm'], orphans: ['europe-west4-a/vm'], freed: [] },
  ...{ removed: [], snapshots: { at: 'x', since: 'x' }, deadLetters: ['17'], failures: ['list: no right for me@b.c'] },
  findings: [
    { subject: 'europe-west4-a/vm', problem: 'still exists, but is no longer needed', remedy: 'A remedy.' },
    {
      subject: `image ${BUILD}`,
      document: { kind: 'image', id: BUILD },
      problem: 'has pending work and has not changed since x',
      remedy: '',
    },
    {
      subject: 'instance my-word',
      document: { kind: 'instance', id: 'my-word' },
      problem: 'has pending work and has not changed since x',
      remedy: '',
    },
    { subject: `run ${RUN}`, document: { kind: 'run', id: RUN }, problem: 'a message of a run', remedy: 'A remedy.' },
  ],
  proof: ['1 VM'],
};
const entry = {
  ...{ time: '2026-11-21T10:00:00.000Z', severity: 'ERROR', message: 'unreadable outcome', service: 'functions' },
  ...{
    run: RUN,
    build: BUILD,
    kind: 'run',
    id: RUN,
    attempt: 1,
    vm: 'vm',
    zone: 'europe-west4-a',
    cause: 'a cause',
    repeated: 2,
  },
};

/** `names`: the places whose form alone limits them, because Google's own names have no closed list. */
const KEPT: [
  what: string,
  keep: (document: Record<string, unknown>) => Json | undefined,
  document: object,
  names: string[],
][] = [
  [
    'a run',
    runFacts,
    completeRun,
    [
      ...['attempts.1.vm.machine', 'attempts.1.vm.name', 'attempts.1.vm.zone', 'machine'],
      ...['request.machine.accelerator.type', 'request.machine.machineType', 'zone'],
    ],
  ],
  ['an event', eventFacts, completeEvent, []],
  [
    'a build',
    imageFacts,
    completeImage,
    [
      ...['attempts.1.vm.machine', 'attempts.1.vm.name', 'attempts.1.vm.zone', 'machine'],
      ...['request.machine.accelerator.type', 'request.machine.machineType', 'zone'],
    ],
  ],
  [
    'an instance',
    instanceFacts,
    completeInstance,
    [
      ...['machine', 'spec.machine.accelerator.type', 'spec.machine.machineType', 'vms.1.machine', 'vms.1.name'],
      ...['vms.1.zone', 'zone'],
    ],
  ],
  ['an event of a build', buildEventFacts, completeBuildEvent, []],
  ['an entry of the log', logFacts, entry, ['vm', 'zone']],
  ["a sweep's plan", planFacts, plan, []],
];

const CODE_OF_VM = 'attempts.1.vm.periods.1.start.failure.code';
const CODES = new Map<object, string[]>([
  [completeRun, [CODE_OF_VM]],
  [completeImage, [CODE_OF_VM, 'made.failure.code']],
  [completeInstance, ['vms.1.periods.1.start.failure.code']],
]);

describe.each(KEPT)('of %s', (_what, keep, document, names) => {
  const kept = (changed: unknown): string => JSON.stringify(keep(changed as Record<string, unknown>));

  test.each([
    'MARKER with blanks',
    'Marker_MARKER',
    '2026-11-21T10:00:00.000Z MARKER',
    'user-error MARKER',
    'https://MARKER@a.b',
  ])('no place takes the text %j', (text) => {
    const leaks = textsIn(document).filter((path) => kept(withText(document, path, text)).includes('MARKER'));
    expect(leaks).toEqual([]);
  });

  test('a text with the form of a name is kept only in the places for names', () => {
    const places = textsIn(document).filter((path) =>
      kept(withText(document, path, 'marker-x1')).includes('marker-x1'),
    );
    expect(places.map((path) => path.join('.')).toSorted()).toEqual(names.toSorted());
  });

  test("a text with the form of Compute Engine's codes is kept only where such a code belongs", () => {
    const places = textsIn(document).filter((path) => kept(withText(document, path, 'MARKER_X')).includes('MARKER_X'));
    expect(places.map((path) => path.join('.'))).toEqual(CODES.get(document) ?? []);
  });

  test('fields that are not in the list are left out, wherever they are', () => {
    expect(kept(withUnknown(document))).not.toContain('MARKER');
    expect(kept(withUnknown(document))).toBe(kept(document));
  });

  test.each(['text', 3, [], [[]], {}])('a document that is %j keeps nothing, and does not fail', (bad) => {
    expect(keep(bad as Record<string, unknown>)).toBeUndefined();
  });
});

test('of a complete run, all that the list names is kept', () => {
  expect(runFacts(completeRun)).toMatchObject({
    ...{ status: 'failed', reason: 'user-error', phase: 'execute', zone: 'europe-west4-a', machine: 'g2-standard-4' },
    request: { machine: { accelerator: { type: 'nvidia-l4', count: 1 }, provisioning: 'spot' }, maxRunSeconds: 3600 },
    attempts: {
      1: {
        vm: {
          name: `mymlops-${RUN}-1`,
          periods: {
            1: {
              start: { failure: { reason: 'no-capacity', code: 'ZONE_RESOURCE_POOL_EXHAUSTED', httpStatus: 503 } },
              reports: [{ writer: 'agent', seq: 4, state: { phase: 'execute', command: { exit: 1 } } }],
              down: { how: 'gone', cause: 'preempted' },
            },
          },
        },
        outcome: { exit: 1, timedOut: false, failure: { reason: 'setup-failed' }, missing: 1 },
        givenUp: { reason: 'preempted', cause: 'preempted' },
      },
    },
    publication: { state: 'failed' },
  });
  expect(eventFacts(completeEvent)).toMatchObject({
    ...{ attempt: 1, writer: 'agent', seq: 4 },
    state: { phase: 'execute', failure: { reason: 'setup-failed' }, stopping: { preempted: true } },
  });
});

test('of a complete build, all that the list names is kept', () => {
  expect(imageFacts(completeImage)).toMatchObject({
    ...{ status: 'failed', reason: 'user-error', phase: 'setup', zone: 'europe-west4-a', machine: 'g2-standard-4' },
    ...{ attempt: 1, live: false, submittedAt: AT, acceptedAt: AT, finishedAt: AT, cleanedAt: AT },
    request: { machine: { accelerator: { type: 'nvidia-l4', count: 1 } }, maxBuildSeconds: 3600, gpuImage: true },
    attempts: {
      1: {
        vm: {
          name: `mymlops-${RUN}-1`,
          periods: { 1: { reports: [{ writer: 'agent', seq: 4, state: { phase: 'setup', scrubbed: true } }] } },
        },
        givenUp: { reason: 'no-capacity' },
      },
    },
    made: {
      ...{ attempt: 1, requestedAt: AT, readyAt: AT, goneAt: AT },
      failure: { code: 'RESOURCE_IN_USE', httpStatus: 400 },
    },
    ...{ cancel: { at: AT }, deletion: { at: AT }, removing: { at: AT }, end: { status: 'failed' } },
  });
  expect(buildEventFacts(completeBuildEvent)).toMatchObject({
    ...{ attempt: 1, writer: 'agent', seq: 4, state: { phase: 'setup', scrubbed: true } },
  });
});

test('of a complete instance, all that the list names is kept, and its name is not', () => {
  const kept = instanceFacts(completeInstance);
  expect(kept).toMatchObject({
    ...{ uid: UID, status: 'stopped', reason: 'idle', zone: 'europe-west4-a', machine: 'g2-standard-4' },
    ...{ createdAt: AT, startedAt: AT, stopsAt: AT, stoppedAt: AT, deletedAt: AT, live: false, earlier: ['def456'] },
    ...{ started: 3, stopped: 3, current: 3, vmCount: 1, givenUp: 0, until: { period: 3, at: AT } },
    spec: { services: [{ port: 8888 }], idleSeconds: 3600, machine: { accelerator: { type: 'nvidia-l4', count: 1 } } },
    stop: {
      ...{ period: 3, reason: 'idle', at: AT, verdict: { says: 'busy', signal: 'kernels' } },
      signals: { cpu: { says: 'idle', idleSeconds: 60 } },
    },
    proposal: { number: 7, verdict: { says: 'idle', seconds: 3600 } },
    told: { proposal: 7, stopsAt: AT },
    vms: {
      1: {
        name: `instance-${UID}-1`,
        periods: {
          1: {
            reports: [
              {
                ...{ writer: 'agent', seq: 4 },
                state: {
                  ...{ phase: 'serve', services: [{ state: 'ready', restarts: 2 }], alone: true },
                  answer: { proposal: 7, says: 'vetoed', signal: 'kernels' },
                },
              },
            ],
          },
        },
      },
    },
  });
  expect(JSON.stringify(kept)).not.toMatch(/my-word|jupyter|ipynb/);
});

test('the name of an instance is in no finding and in no entry of the log', () => {
  const findings = [
    { subject: `europe-west4-a/mymlops-my-word-${UID}-1`, problem: 'still exists, but is no longer needed' },
    { subject: 'instance my-word', document: { kind: 'instance', id: 'my-word' }, problem: 'a message' },
  ];
  const kept = planFacts({ ...plan, findings });
  expect(kept).toMatchObject({
    live: { instance: 1 },
    findings: [
      { subject: `europe-west4-a/instance-${UID}-1` },
      { subject: 'an instance', document: { kind: 'instance' } },
    ],
  });
  const { run: _run, build: _build, ...others } = entry;
  const logged = logFacts({ ...others, kind: 'instance', id: 'my-word', vm: `mymlops-my-word-${UID}-1` });
  expect(logged).toMatchObject({ vm: `instance-${UID}-1` });
  expect(JSON.stringify([kept, logged])).not.toContain('my-word');
});

test("the code of a refused call was left out, as it has the form of a user's word", () => {
  const failure = (code: string) => imageFacts({ made: { failure: { code } } });
  expect(failure('resourceInUseByAnotherResource')).toEqual({
    made: { failure: { code: 'resourceInUseByAnotherResource' } },
  });
  expect(failure('myOwnWord')).toBeUndefined();
});

test("a sweep's plan keeps builds beside runs, and no other kind", () => {
  const finding = { subject: `image ${BUILD}`, document: { kind: 'image', id: BUILD } };
  const kept = planFacts({ ...plan, live: { run: 1, image: 1, marker: 1 } });
  expect(kept).toMatchObject({
    live: { run: 1, image: 1 },
    findings: expect.arrayContaining([expect.objectContaining(finding)]),
  });
  expect(JSON.stringify(kept)).not.toContain('marker');
});

test('an entry about a build by its kind has the build', () => {
  const { run: _run, build: _build, ...others } = entry;
  const facts = logFacts({ ...others, kind: 'image', id: BUILD });
  expect(facts).toMatchObject({ build: BUILD, message: 'unreadable outcome' });
  expect(facts).not.toHaveProperty('run');
});

test('an entry about a run by its kind has the run', () => {
  const { run: _, ...others } = entry;
  expect(logFacts(others)).toMatchObject({ run: RUN, message: 'unreadable outcome', vm: 'vm' });
  expect(logFacts({ ...others, kind: 'toy', id: 'marker' })).not.toHaveProperty('run');
});

test('an entry whose message is a stack keeps its severity and its time', () => {
  expect(logFacts({ time: entry.time, severity: 'ERROR', message: 'Error: MARKER\n at x' })).toEqual({
    ...{ time: entry.time, severity: 'ERROR' },
  });
});
