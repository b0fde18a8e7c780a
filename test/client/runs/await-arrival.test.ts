import type { CommitRequest, RunDocument } from '@mymlops/protocol';
import { ExpectedError } from '../../../client/src/core/errors';
import type { Deployment } from '../../../client/src/deployment/connect';
import { awaitArrival } from '../../../client/src/runs/await-arrival';
import type { Followed } from '../../../client/src/runs/follow';
import { testContext } from '../context';

const [FIRST, SECOND] = ['20260101-000000-aaaa', '20260101-000000-bbbb'] as const;
const arrived: RunDocument = { v: 1, status: 'queued', message: '', live: true, attempts: {} };

type Answer = RunDocument | null | Error;

/** A deployment that gives these answers, one a look; the last one again and again. */
function deploymentWith(answers: Record<string, Answer[]>) {
  const looks: string[] = [];
  let closed = 0;
  const get = (run: string): Promise<RunDocument | null> => {
    looks.push(run);
    const [answer = null] = (answers[run]?.length ?? 0) > 1 ? [answers[run]?.shift()] : (answers[run] ?? []);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? null);
  };
  const deployment = {
    connection: {},
    runs: () => Promise.resolve({ get }),
    isLost: () => false,
    close: () => Promise.resolve(void closed++),
  } as unknown as Deployment;
  return { deployment, looks, closed: () => closed };
}

async function awaitAll(answers: Record<string, Answer[]>, { arrivalMs = 60_000, context = testContext() } = {}) {
  const { deployment, looks, closed } = deploymentWith(answers);
  const results = new Map<string, Followed>();
  const accepted = Object.keys(answers).map((run) => ({ run }) as CommitRequest);
  await awaitArrival(context, { project: 'local' } as never, { deployment, accepted }, results, arrivalMs);
  return { said: context.said, looks, closed: closed(), results: [...results] };
}

test('--detach returned before the run was in the history, and `show` did not know its id', async () => {
  expect(await awaitAll({ [FIRST]: [null, null, arrived] })).toEqual({
    ...{ said: [], looks: [FIRST, FIRST, FIRST], closed: 1, results: [] },
  });
});

test('a run that has arrived is looked for once', async () => {
  const { looks, said } = await awaitAll({ [FIRST]: [arrived], [SECOND]: [null, arrived] });
  expect({ looks, said }).toEqual({ looks: [FIRST, SECOND, SECOND], said: [] });
});

test('the waiting has a limit, after which the run is named', async () => {
  const { said, closed, results } = await awaitAll({ [FIRST]: [null], [SECOND]: [arrived] }, { arrivalMs: 0 });
  expect({ said, closed, results }).toEqual({
    said: [`${FIRST} was accepted, but has not been seen in the history yet. See: mymlops-client show ${FIRST}`],
    ...{ closed: 1, results: [] },
  });
});

test('one failed read ended the waiting: the next one finds the run', async () => {
  const down = Object.assign(new Error('down'), { code: 14 });
  expect(await awaitAll({ [FIRST]: [down, arrived] })).toMatchObject({ said: [], looks: [FIRST, FIRST] });
});

test('a read that does not end: the waiting ends nevertheless', async () => {
  const { deployment } = deploymentWith({});
  const context = testContext();
  const never = { ...deployment, runs: () => Promise.resolve({ get: () => new Promise(() => undefined) }) };
  const accepted = [{ run: FIRST } as CommitRequest];
  const sent = { deployment: never as unknown as Deployment, accepted };
  await awaitArrival(context, { project: 'local' } as never, sent, new Map(), 1);
  expect(context.said).toEqual([expect.stringContaining(`${FIRST} was accepted, but has not been seen`)]);
});

test('a commit without the right to read the history has not failed', async () => {
  const { said, closed } = await awaitAll({ [FIRST]: [new ExpectedError('no right to read')] });
  expect(said).toEqual(['no right to read', expect.stringMatching(`^${FIRST} was accepted, but`)]);
  expect(closed).toBe(1);
});

test('Ctrl-C ends the waiting, and names the run', async () => {
  const context = testContext({ interrupted: AbortSignal.abort() });
  const { said, results } = await awaitAll({ [FIRST]: [null] }, { context });
  expect(said[0]).toBe(`${FIRST} keeps running in the background.`);
  expect(results).toEqual([[FIRST, { why: 'interrupted', document: null }]]);
});
