import type { RunDocument } from '@mymlops/protocol';
import type { Deployment } from '../../../client/src/deployment/connect';
import { createReporter } from '../../../client/src/runs/reporter';
import { exitCodeOf, closingLines } from '../../../client/src/runs/run-result';
import { worstOf } from '../../../client/src/core/exit-codes';
import { type Followed, type FollowOptions, followRun } from '../../../client/src/runs/follow';
import { localTime } from '../../../client/src/view/times';
import { testContext } from '../context';

const RUN = '20260101-000000-aaaa';

function documentOf(overrides: Partial<RunDocument> = {}): RunDocument {
  return { v: 1, status: 'running', message: '', live: true, attempts: {}, ...overrides };
}

const ended = (overrides: Partial<RunDocument> = {}, status: 'succeeded' | 'failed' | 'cancelled' = 'succeeded') =>
  documentOf({ status, end: { status, message: '', at: '2026-01-01T00:00:00.000Z' }, ...overrides });

/** A cloud whose run goes through `states`. */
function deploymentWith(states: (RunDocument | null)[], isLost = false): Deployment {
  const runs = {
    watch(_run: string, onState: (document: RunDocument | null) => void) {
      queueMicrotask(() => states.forEach(onState));
      return () => undefined;
    },
  };
  return { runs: () => Promise.resolve(runs), isLost: () => isLost } as unknown as Deployment;
}

const follow = (deployment: Deployment, overrides: Partial<FollowOptions> = {}): Promise<Followed> =>
  followRun({
    deployment,
    run: RUN,
    interrupted: new AbortController().signal,
    onState: () => undefined,
    onEnd: () => undefined,
    ...overrides,
  });

test('a run is followed until its VM is gone; the end is printed once', async () => {
  const ends: string[] = [];
  const states = [null, documentOf(), ended(), ended(), ended({ live: false })];
  const followed = await follow(deploymentWith(states), { onEnd: ({ status }) => void ends.push(status) });
  expect(followed).toMatchObject({ why: 'cleaned', document: { live: false } });
  expect(ends).toEqual(['succeeded']);
});

test('the wait for a VM that does not go away has an end', async () => {
  const followed = await follow(deploymentWith([ended()]), { cleaningMs: 5 });
  expect(followed.why).toBe('not-cleaned');
  expect(closingLines(RUN, followed).join()).toContain('is not deleted yet');
});

test('a push that went on after the client had given up ended with 0', async () => {
  const followed = await follow(deploymentWith([ended({ publication: { state: 'pending' } })]), { cleaningMs: 5 });
  expect([exitCodeOf(followed), closingLines(RUN, followed)]).toEqual([
    101,
    [
      `${RUN}: the push to the output repository has not finished yet; it continues in the background.`,
      `  to check later: mymlops-client show ${RUN}`,
    ],
  ]);
});

test('a run that was removed between two looks was followed without end', async () => {
  const followed = await follow(deploymentWith([documentOf(), null]));
  expect(followed).toMatchObject({ why: 'removed', document: { status: 'running' } });
  expect([exitCodeOf(followed), closingLines(RUN, followed)]).toEqual([101, [`${RUN} was removed.`]]);
});

test('commit waits for a pending push, but not for a VM that is kept', async () => {
  const pending = ended({ publication: { state: 'pending' } });
  const done = ended({
    publication: { state: 'done', commit: 'c', at: '' },
    keptUntil: '2026-01-01T02:00:00.000Z',
  });
  const followed = await follow(deploymentWith([pending, done]));
  expect(followed).toMatchObject({ why: 'ended', document: { publication: { state: 'done' } } });
  const until = localTime('2026-01-01T02:00:00.000Z');
  expect(closingLines(RUN, followed)).toContain(`The VM is kept until ${until}, then deleted.`);
});

test.each(['cancelled', 'failed'] as const)(
  '`commit --keep` of a run that is %s: its VM was called kept while it was being deleted',
  async (status) => {
    const request = { keepSeconds: 7200 } as RunDocument['request'];
    const states = [ended({ request }, status), ended({ request, live: false }, status)];
    const followed = await follow(deploymentWith(states));
    expect(followed.why).toBe('cleaned');
    expect(closingLines(RUN, followed)).toEqual([]);
    const late = await follow(deploymentWith([ended({ request }, status)]), { cleaningMs: 5 });
    expect([late.why, closingLines(RUN, late).join()]).toEqual([
      'not-cleaned',
      expect.stringContaining('not deleted yet'),
    ]);
  },
);

test('an interruption leaves the run running and says how to go on', async () => {
  const controller = new AbortController();
  const following = follow(deploymentWith([documentOf()]), {
    interrupted: controller.signal,
    onState: () => controller.abort(),
  });
  const followed = await following;
  expect(exitCodeOf(followed)).toBe(130);
  expect(closingLines(RUN, followed).join('\n')).toMatch(/keeps running[^]*logs -f[^]*cancel/);
});

test.each<[number, RunDocument]>([
  [0, ended()],
  [100, ended({}, 'failed')],
  [103, ended({}, 'cancelled')],
  [0, ended({ publication: { state: 'done', commit: 'c', at: '' } })],
  [101, ended({ publication: { state: 'pending' } })],
  [100, ended({ publication: { state: 'pending' } }, 'failed')],
  [103, ended({ publication: { state: 'pending' } }, 'cancelled')],
  [1, ended({ publication: { state: 'failed', message: 'denied', at: '' } })],
  [100, ended({ publication: { state: 'failed', message: 'denied', at: '' } }, 'failed')],
])('exit code %d', (code, document) => {
  expect(exitCodeOf({ why: 'cleaned', document })).toBe(code);
});

test('several runs: the worst', () => {
  expect(worstOf([0, 103, 0])).toBe(103);
  expect(worstOf([103, 100, 1])).toBe(100);
  expect(worstOf([])).toBe(0);
});

test('a push that failed is reported with what to type', () => {
  const document = ended({ publication: { state: 'failed', message: 'denied\u001b[2J', at: '' } });
  expect(closingLines(RUN, { why: 'cleaned', document }).join('\n')).toMatch(/denied\n.*mymlops-client publish/);
});

test('without a terminal there is one line a change; on one, a line that is written over', () => {
  const executing = (cell: number) => documentOf({ phase: 'execute', progress: { cell, cells: 2 } });
  const plain = testContext();
  const reporter = createReporter(plain, 1);
  for (const document of [null, null, executing(1), executing(1), executing(2)]) reporter.state(RUN, document);
  expect(plain.said).toEqual([`${RUN}: sent`, `${RUN}: running cell 1 of 2`, `${RUN}: running cell 2 of 2`]);

  let written = '';
  const onTerminal = testContext({ terminal: () => ({ write: (text) => void (written += text), columns: () => 40 }) });
  const live = createReporter(onTerminal, 1);
  live.state(RUN, executing(1));
  live.finish();
  expect(written).toBe(`\r\u001b[2K${`${RUN}: running cell 1 of 2`.slice(0, 39)}\r\u001b[2K`);
  expect(onTerminal.said).toEqual([]);
});
