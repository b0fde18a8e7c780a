// Each row of the table of signals (DESIGN.md 13): what the agent makes of samples, without a VM. The verdict must be the control plane's.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { SIGNALS, type Signal, type SignalName } from '@mymlops/protocol';
import { verdictOf } from '../../../functions/src/engine/instance/idle';

const PARTS = resolve(__dirname, '../../../functions/vm/instance');
const PROGRAM = execFileSync(
  'bash',
  [
    '-c',
    `${['72-processes', '73-kernels', '74-signals'].map((name) => `. '${join(PARTS, `${name}.sh`)}'`).join('; ')}; signals_program`,
  ],
  { encoding: 'utf8' },
);
const CPU_WINDOW = 300;
const WINDOW = 600;

interface Kernel {
  name: string;
  state: string;
  clients: number;
  activity: string;
  tracks: boolean;
}

interface Facts {
  kernels: { kernels: Record<string, Kernel>; unknown: string[] } | null;
  terminals: Record<string, number>;
  ssh: Record<string, number>;
  connections: Record<string, number>;
  cpu: Record<string, [number, string, string]> | null;
  gpu: { percent: number } | { unknown: string } | null;
  exec: string[];
}

const NOTHING: Facts = { kernels: null, terminals: {}, ssh: {}, connections: {}, cpu: {}, gpu: null, exec: [] };

interface Said {
  signals: Partial<Record<SignalName, { says: Signal['says']; idleSeconds?: number; detail64?: string }>>;
  verdict: [string, string, number];
}

/** The signals after each sample: seconds, and what was found. */
function judge(samples: [number, Partial<Facts>][]): Said[] {
  const input = {
    samples: samples.map(([at, facts]) => [at, { ...NOTHING, ...facts }]),
    cpuWindow: CPU_WINDOW,
    window: WINDOW,
  };
  const output = execFileSync('python3', ['-I', '-c', PROGRAM, 'judge'], {
    encoding: 'utf8',
    input: JSON.stringify(input),
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line): Said => JSON.parse(line) as Said);
}

const kernel = (fields: Partial<Kernel> = {}): Partial<Facts> => ({
  kernels: {
    kernels: { k1: { name: 'python3', state: 'idle', clients: 1, activity: 't0', tracks: true, ...fields } },
    unknown: [],
  },
});
const process = (seconds: number, name = 'train'): [number, string, string] => [seconds, '1:1', name];

/** Signal, samples, and what the signal says after each. */
const TABLE: [string, SignalName, [number, Partial<Facts>][], string][] = [
  ['no server', 'kernels', [[0, {}]], 'absent'],
  [
    'an open connection and nothing running',
    'kernels',
    [
      [0, kernel()],
      [15, kernel({ clients: 3 })],
    ],
    'idle idle:15',
  ],
  [
    'a silent cell: busy, and no activity',
    'kernels',
    [
      [0, kernel()],
      [15, kernel({ state: 'busy' })],
      [60, kernel({ state: 'busy' })],
    ],
    'idle busy busy',
  ],
  [
    'idle after it was busy',
    'kernels',
    [
      [0, kernel({ state: 'busy' })],
      [15, kernel({ activity: 't1' })],
      [30, kernel({ activity: 't1' })],
    ],
    'busy busy idle',
  ],
  [
    'a short cell between two samples',
    'kernels',
    [
      [0, kernel()],
      [15, kernel({ activity: 't1' })],
      [30, kernel({ activity: 't1' })],
    ],
    'idle busy idle',
  ],
  [
    'a click, of a server that counts clicks',
    'kernels',
    [
      [0, kernel({ tracks: false })],
      [15, kernel({ tracks: false, activity: 't1' })],
    ],
    'idle idle:15',
  ],
  [
    'starting, with a client',
    'kernels',
    [
      [0, kernel({ state: 'starting' })],
      [90, kernel({ state: 'starting' })],
      [180, kernel({ state: 'starting' })],
      [270, kernel({ state: 'starting' })],
      [360, kernel({ state: 'starting' })],
    ],
    'busy busy busy busy busy',
  ],
  [
    'starting without a client',
    'kernels',
    [
      [0, kernel({ state: 'starting', clients: 0 })],
      [100, kernel({ state: 'starting', clients: 0 })],
      [200, kernel({ state: 'starting', clients: 0 })],
      [301, kernel({ state: 'starting', clients: 0 })],
    ],
    'busy busy busy idle',
  ],
  ['dead', 'kernels', [[0, kernel({ state: 'dead' })]], 'idle'],
  [
    'a password',
    'kernels',
    [[0, { kernels: { kernels: {}, unknown: ['Jupyter on port 8888 needs a password'] } }]],
    'unknown',
  ],
  [
    'a terminal that was just opened',
    'terminals',
    [
      [0, { terminals: { 'pts/1': 5 } }],
      [15, { terminals: { 'pts/1': 5 } }],
    ],
    'busy idle',
  ],
  [
    'typing',
    'terminals',
    [
      [0, { terminals: { 'pts/1': 5 } }],
      [15, { terminals: { 'pts/1': 5 } }],
      [30, { terminals: { 'pts/1': 9 } }],
    ],
    'busy idle busy',
  ],
  [
    'a login',
    'ssh',
    [
      [0, { ssh: { 'pts/1': 5 } }],
      [15, { ssh: { 'pts/1': 5 } }],
    ],
    'busy idle',
  ],
  [
    'a connection without a terminal that is kept open',
    'ssh',
    [
      [0, { connections: { '7:1': 900 } }],
      [15, { connections: { '7:1': 1800 } }],
    ],
    'idle idle:15',
  ],
  [
    'one that copies files',
    'ssh',
    [
      [0, { connections: { '7:1': 900 } }],
      [15, { connections: { '7:1': 900_000 } }],
    ],
    'idle busy',
  ],
  [
    'our own exec',
    'exec',
    [
      [0, { exec: ['train'] }],
      [15, {}],
    ],
    'busy absent',
  ],
  [
    'a process that computes',
    'cpu',
    [
      [0, { cpu: { '9:1': process(5) } }],
      [100, { cpu: { '9:1': process(36) } }],
    ],
    'idle busy',
  ],
  [
    '10 % of one core',
    'cpu',
    [
      [0, { cpu: { '9:1': process(5) } }],
      [100, { cpu: { '9:1': process(35) } }],
    ],
    'idle idle:100',
  ],
  [
    'five minutes after it',
    'cpu',
    [
      [0, { cpu: { '9:1': process(5) } }],
      [100, { cpu: { '9:1': process(99) } }],
      [200, { cpu: { '9:1': process(99) } }],
      [300, { cpu: { '9:1': process(99) } }],
      [400, { cpu: { '9:1': process(99) } }],
    ],
    'idle busy busy busy idle',
  ],
  [
    'many short processes of one parent',
    'cpu',
    [
      [0, { cpu: { '9:1': process(0, 'make') } }],
      [100, { cpu: { '9:1': process(40, 'make') } }],
    ],
    'idle busy',
  ],
  [
    'a process whose parent counts it a second time',
    'cpu',
    [
      [0, { cpu: { '9:1': process(0, 'make'), '10:1': [25, '9:1', 'cc'] } }],
      [100, { cpu: { '9:1': process(26, 'make') } }],
    ],
    'idle idle:100',
  ],
  ['no table of processes', 'cpu', [[0, { cpu: null }]], 'unknown'],
  [
    'a GPU idle, in use, and idle again',
    'gpu',
    [
      [0, { gpu: { percent: 0 } }],
      [15, { gpu: { percent: 80 } }],
      [30, { gpu: { percent: 1 } }],
      [45, { gpu: { percent: 0 } }],
    ],
    'idle busy idle idle:15',
  ],
  ['no GPU', 'gpu', [[0, {}]], 'absent'],
  ['a GPU that does not answer', 'gpu', [[0, { gpu: { unknown: 'nvidia-smi does not answer' } }]], 'unknown'],
];

test.each(TABLE)('%s', (_, signal, samples, expected) => {
  const said = judge(samples).map(({ signals }) => {
    const { says, idleSeconds = 0 } = signals[signal] ?? { says: 'none' };
    return idleSeconds > 0 ? `${says}:${idleSeconds}` : says;
  });
  expect(said.join(' ')).toBe(expected);
});

test('after a long gap, or a step back, the time without use begins anew', () => {
  const said = judge([
    [0, {}],
    [60, {}],
    [600, {}],
    [660, {}],
    [30, {}],
  ]);
  expect(said.map(({ signals }) => signals.cpu?.idleSeconds)).toEqual([0, 60, 0, 60, 0]);
});

test('the verdict is the one of the control plane', () => {
  const histories: [number, Partial<Facts>][][] = [
    ...TABLE.map(([, , samples]) => samples),
    Array.from({ length: 12 }, (_, index): [number, Partial<Facts>] => [index * 60, kernel()]),
    [
      [0, {}],
      [60, { terminals: { 'pts/1': 1 } }],
      [100, { terminals: { 'pts/1': 1 } }],
    ],
    [[0, { kernels: { kernels: {}, unknown: ['x'] }, exec: ['train'] }]],
  ];
  for (const said of histories.flatMap(judge)) {
    const [says, signal, seconds] = said.verdict;
    const theirs = verdictOf(decoded(said.signals), WINDOW);
    expect({ says, ...(says !== 'idle' && { signal }), seconds }).toMatchObject(withoutDetail(theirs));
  }
});

const decoded = (signals: Said['signals']): Partial<Record<SignalName, Signal>> =>
  Object.fromEntries(SIGNALS.flatMap((name) => (signals[name] ? [[name, signals[name]]] : [])));

function withoutDetail(verdict: object): object {
  return Object.fromEntries(Object.entries(verdict).filter(([name]) => name !== 'detail'));
}
