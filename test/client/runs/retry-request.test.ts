// `retry`: which runs can be done again, and what of them stays the same.
import { commitRequest, LOCAL_PROJECT, parseWith, type RunDocument, sourceObject } from '@mymlops/protocol';
import { requestToRetry, retryRequest } from '../../../client/src/runs/retry-request';
import { EXIT } from '../../../client/src/core/exit-codes';
import { findRun } from '../../../client/src/runs/find-run';
import type { Bucket } from '../../../client/src/google/bucket';
import type { RunReader } from '../../../client/src/google/runs';
import { aCommit, aCommitOfBefore, anOutput, RUN } from '../../fakes/builders';
import { testContext } from '../context';

const parts = ['sources/aa.bundle', 'sources/aa.bb.bundle'];

/** All that a profile, the command line and the project have a say in. */
const everything = aCommit({
  notes: 'lr 0.1',
  profile: 'gpu',
  setup: 'pip install x',
  readyCommand: 'nvidia-smi',
  parameters: { lr: '1.0', name: '"a"', on: 'true', none: 'null' },
  artifacts: true,
  keepSeconds: 7200,
  maxRunSeconds: 1800,
  queueLimitSeconds: 600,
  maxParallel: 2,
  machine: {
    provisioning: 'spot_then_standard',
    machineType: 'n1-standard-8',
    accelerator: { type: 'nvidia-tesla-t4', count: 2 },
  },
  source: { tree: 'a'.repeat(40), commit: 'b'.repeat(40), parts },
  outputRepository: anOutput,
  retentionSeconds: { failed: 86_400 },
});

const ended = (overrides: Partial<RunDocument> = {}): { run: string; document: RunDocument } => ({
  run: RUN,
  document: {
    ...{ v: 1, status: 'failed', message: '', live: false, attempts: {}, request: everything },
    end: { status: 'failed', message: '', at: '2026-11-21T11:00:00.000Z' },
    ...overrides,
  },
});

/** A bucket that holds these objects and nothing else. */
const bucketWith = (objects: readonly string[]): Bucket =>
  ({ exists: (object: string) => Promise.resolve(objects.includes(object)) }) as unknown as Bucket;

const retried = (old = everything, resumeFrom?: string, project = 'my-project', env = {}) =>
  retryRequest(old, { context: testContext({ env }), project, ...(resumeFrom !== undefined && { resumeFrom }) });

describe('the request of a run that is done again', () => {
  test('the text \'"5"\' of a run from before parameters were JSON texts became 5: it is passed as it was given', () => {
    const params = { lr: 0.1, name: 'a "b"', version: '"5"', list: '[1]', number: '1.10', on: true, none: null };
    const again = retried(aCommitOfBefore(params));
    expect(again.parameters).toEqual({
      lr: '0.1',
      name: '"a \\"b\\""',
      version: '"\\"5\\""',
      list: '"[1]"',
      number: '"1.10"',
      on: 'true',
      none: 'null',
    });
    expect(parseWith(commitRequest, again).ok).toBe(true);
  });

  test('is the same, but for its id, its time, who asks, and whom it does again', () => {
    const { run, submittedBy, submittedAt, retryOf, ...same } = retried();
    const { run: _run, submittedBy: _by, submittedAt: _at, ...asked } = everything;
    expect(same).toEqual(asked);
    expect(retryOf).toBe(RUN);
    expect(run).not.toBe(RUN);
    expect(submittedBy).toMatch(/.@./);
    expect(Date.parse(submittedAt)).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(parseWith(commitRequest, retried())).toMatchObject({ ok: true });
  });

  test('names the run that was typed, not the one which that did again, and begins anew unless told to resume', () => {
    const manifest = `runs/${RUN}/attempts/2/checkpoints/manifests/000007`;
    const second = aCommit({ retryOf: '20260101-000000-zzzz', resumeFrom: 'of another run' });
    expect(retried(second)).toMatchObject({ retryOf: RUN });
    expect(retried(second)).not.toHaveProperty('resumeFrom');
    expect(retried(second, manifest)).toMatchObject({ retryOf: RUN, resumeFrom: manifest });
  });

  test('has the variables of this shell here, and none on Google', () => {
    const old = aCommit({ environment: { PATH: '/old', VIRTUAL_ENV: '/gone' } });
    const env = { PATH: '/new', HOME: '/home/ada' };
    const here = retried(old, undefined, LOCAL_PROJECT, env);
    expect(here.environment).toMatchObject({ PATH: '/new' });
    expect(here.environment).not.toHaveProperty('VIRTUAL_ENV');
    expect(retried(old, undefined, 'my-project', env)).not.toHaveProperty('environment');
  });
});

describe('a run can be done again', () => {
  test.each<[string, string[], typeof everything]>([
    ['all its parts are', parts, everything],
    ['the bundle that its tree names is', [sourceObject('a'.repeat(40))], aCommit()],
  ])('whose snapshot is in the bucket: %s', async (_what, objects, request) => {
    expect(await requestToRetry(ended({ request }), bucketWith(objects))).toBe(request);
  });

  test.each([[[]], [parts.slice(0, 1)], [parts.slice(1)]])(
    'but not one whose snapshot is no longer there whole: of two parts there are %j',
    async (objects) => {
      await expect(requestToRetry(ended(), bucketWith(objects))).rejects.toMatchObject({
        name: 'ExpectedError',
        message: `The snapshot of ${RUN} is no longer in the bucket. Commit its notebook again.`,
      });
    },
  );

  test.each<[string, Partial<RunDocument>, string, number]>([
    [
      'that goes on',
      { end: undefined, status: 'running' },
      `${RUN} has not ended: it is running. Wait until it has ended, or end it: mymlops-client cancel ${RUN}`,
      EXIT.notFinished,
    ],
    [
      'whose commit never came, or could not be read',
      { request: undefined },
      `${RUN} cannot be done again: its request is not recorded. Commit its notebook again.`,
      EXIT.error,
    ],
  ])('but not one %s', async (_what, overrides, message, exitCode) => {
    const refused = requestToRetry(ended(overrides), bucketWith(parts));
    await expect(refused).rejects.toMatchObject({ name: 'ExpectedError', message, exitCode });
  });

  const OLD = '20200101-000000-zzzz';
  test.each([
    [false, `There is no run ${OLD}. See: mymlops-client ps --all`],
    [true, `${OLD} was removed.`],
  ])('but not one that is not known; removed: %s', async (isRemoved, message) => {
    const runs = { get: () => Promise.resolve(null), isRemoved: () => Promise.resolve(isRemoved) };
    await expect(findRun(runs as unknown as RunReader, OLD)).rejects.toMatchObject({ exitCode: 102, message });
  });
});
