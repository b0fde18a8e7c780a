// The first sweep after a `deploy`, whose functions may not be called for some minutes.
import { EXIT } from '../../../client/src/core/exit-codes';
import { ExpectedError } from '../../../client/src/core/errors';
import type { Deployment } from '../../../client/src/deployment/connect';
import { firstSweep } from '../../../client/src/deployment/first-sweep';
import { sweepOnce } from '../../../client/src/commands/deploy';
import { testContext } from '../context';

const REPORT = { at: '2026-11-21T10:00:00.000Z', advanced: [], freed: [], removed: [] };
const DEPLOYMENT = { settings: () => Promise.resolve({}) } as unknown as Deployment;
const notYet = new ExpectedError('The sweep function has not answered for a minute.', EXIT.notFinished);

/** Answers with each of these, and then as the last one. */
function answering(...answers: (Error | typeof REPORT)[]) {
  const asked: number[] = [];
  return {
    asked,
    request: () => {
      const answer = answers[Math.min(asked.push(1), answers.length) - 1];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(REPORT as never);
    },
  };
}

test('an answer at once, without a notice', async () => {
  const context = testContext();
  expect(await firstSweep(context, DEPLOYMENT, { project: 'p', ...answering(REPORT) })).toBe(true);
  expect(context.said).toEqual([]);
});

test('rights that are not known everywhere yet: it asks again, and says so once', async () => {
  const context = testContext();
  const { request, asked } = answering(notYet, notYet, notYet, REPORT);
  expect(await firstSweep(context, DEPLOYMENT, { project: 'p', request })).toBe(true);
  expect(asked).toHaveLength(4);
  expect(context.said).toEqual([
    'The functions do not answer yet. New rights take some minutes at Google: waiting up to 10 minutes.',
  ]);
});

test('no answer in ten minutes: a notice with the command that looks later, and no failure', async () => {
  const context = testContext();
  const { request, asked } = answering(notYet);
  expect(await firstSweep(context, DEPLOYMENT, { project: 'p', request })).toBe(false);
  expect(asked).toHaveLength(10);
  expect(context.said.at(-1)).toMatch(
    /^The deployment is made, but .*has not answered.*\nLook later: mymlops-client --project p doctor$/,
  );
});

test.each([
  new ExpectedError('You may not read the run history.'),
  Object.assign(new Error('7 PERMISSION_DENIED: You may not read the run history.'), { code: 7 }),
])('who deploys, but may not use it: a notice ($message)', async (refusal) => {
  const context = testContext();
  const settings = () => Promise.reject(refusal);
  expect(await firstSweep(context, { ...DEPLOYMENT, settings }, { project: 'p', ...answering(REPORT) })).toBe(false);
  expect(context.said.join('\n')).toContain('You may not read the run history.');
});

test('Ctrl-C ends it', async () => {
  const abort = new AbortController();
  abort.abort();
  const context = testContext({ interrupted: abort.signal });
  await expect(firstSweep(context, DEPLOYMENT, { project: 'p', ...answering(notYet) })).rejects.toBe(notYet);
});

test('`deploy` sweeps in the deployment of its project', async () => {
  const context = testContext({ flags: { project: 'my-project' } });
  const opened: object[] = [];
  const bus = { publishSweep: () => Promise.resolve() };
  const runs = { document: () => Promise.resolve(REPORT) };
  const open: Parameters<typeof sweepOnce>[1] = (_context, target, work) => {
    opened.push(target);
    return work({ ...DEPLOYMENT, bus: () => Promise.resolve(bus), runs: () => Promise.resolve(runs) } as never);
  };
  expect(await sweepOnce(context, open)).toBe(true);
  expect(opened).toEqual([{ project: 'my-project', deployment: 'mymlops' }]);
});
