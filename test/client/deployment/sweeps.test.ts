// How long the sweep function is given to answer, and what counts as its answer.
import { answerPath } from '@mymlops/protocol';
import type { Deployment } from '../../../client/src/deployment/connect';
import { requestPlan, requestSweep } from '../../../client/src/deployment/sweeps';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A deployment in which one look after the other finds `documents`, and then nothing more. */
function deploymentWith(...documents: object[]): Pick<Deployment, 'bus' | 'runs'> {
  const runs = { document: () => Promise.resolve(documents.shift() ?? null) };
  const bus = { publishSweep: () => Promise.resolve() };
  return { runs: () => Promise.resolve(runs), bus: () => Promise.resolve(bus) } as unknown as Deployment;
}

const { signal } = new AbortController();

test.each([
  ['a plan', requestPlan],
  ['a sweep', requestSweep],
])('a function that does not answer is given a minute for %s', async (_what, ask) => {
  let error: unknown;
  const asked = ask(deploymentWith(), signal).catch((failure: unknown) => (error = failure));
  await jest.advanceTimersByTimeAsync(59_000);
  expect(error).toBeUndefined();
  await jest.advanceTimersByTimeAsync(2_000);
  await asked;
  expect(error).toMatchObject({ exitCode: 101, message: expect.stringContaining('has not answered for a minute') });
});

const LISTS = { advanced: [], freed: [], removed: [] };

test('an answer is waited for as long where the clock of the computer jumps by 4 h meanwhile', async () => {
  const answer = { at: '2026-11-21T10:00:00.000Z', ...LISTS };
  const answers = [null, null, answer];
  const document = (): Promise<object | null> => {
    if (answers.length === 3) jest.setSystemTime(Date.now() + 4 * 3_600_000);
    return Promise.resolve(answers.shift() ?? null);
  };
  const bus = { publishSweep: () => Promise.resolve() };
  const asked = requestPlan(
    { runs: () => Promise.resolve({ document }), bus: () => Promise.resolve(bus) } as unknown as Deployment,
    signal,
  );
  expect(await asked).toEqual(answer);
});

test('only the document of this very request is its answer', async () => {
  const published: { id?: string }[] = [];
  const looked: string[] = [];
  const bus = { publishSweep: (message: { id?: string }) => Promise.resolve(void published.push(message)) };
  const document = (path: string): Promise<object> => Promise.resolve((looked.push(path), { at: 'now', ...LISTS }));
  const asked = requestSweep(
    { runs: () => Promise.resolve({ document }), bus: () => Promise.resolve(bus) } as unknown as Deployment,
    signal,
  );
  expect(await asked).toEqual({ at: 'now', ...LISTS });
  expect(looked).toEqual([answerPath(published[0]?.id ?? '')]);
});

test.each([
  ['a plan', requestPlan],
  ['a sweep', requestSweep],
])('a function that could not answer says so at once, for %s', async (_what, ask) => {
  const failed = "Required 'compute.zones.list' permission for 'projects/local'";
  const deployment = deploymentWith({ v: 1, at: 'now', failed });
  await expect(ask(deployment, signal)).rejects.toMatchObject({
    exitCode: 1,
    message:
      "The sweep function could not answer: Required 'compute.zones.list' permission for 'projects/local'. See the function's log, or try again later.",
  });
});

test('Ctrl-C ends the waiting', async () => {
  const controller = new AbortController();
  const asked = expect(requestPlan(deploymentWith(), controller.signal)).rejects.toThrow('abort');
  await jest.advanceTimersByTimeAsync(1_000);
  controller.abort();
  await asked;
});
