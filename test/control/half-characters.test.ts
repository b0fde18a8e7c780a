// Firestore takes no text that holds half a character (a lone surrogate). Such texts come from messages, and from cuts.
import { handleRequest } from '../../functions/src/handlers/request';
import { aCommit, aMessage, RUN } from '../fakes/builders';
import { fakeDeployment } from '../fakes/deployment';

const PAIRS = '😀'.repeat(2000);

/** The dead letter that a sweep keeps of a message with this text, which no function could read. */
async function deadLetterOf(text: string) {
  const deployment = fakeDeployment();
  const { google } = deployment;
  google.dead.requests.push({ ackId: '1', id: '1', publishedAt: '2026-11-21T10:00:00.000Z', text, attributes: {} });
  await deployment.sweep();
  expect(google.sweeps.at(-1)?.failures).toEqual([]);
  return google.deadLetters.get('1');
}

test.each([0, 1])(
  'a dead letter was cut through a character (%i letters before it), and never written',
  async (count) => {
    const letter = await deadLetterOf(`${'x'.repeat(count)}${PAIRS}`);
    expect(letter).toMatchObject({ outcome: 'shown', text: expect.stringMatching(/^x?(😀)+$/u) });
    expect(letter?.text.length).toBeGreaterThan(1990);
  },
);

test.each([0, 1, 2, 3])("half a character stood in JSON.parse's own error (%i letters before it)", async (count) => {
  const letter = await deadLetterOf(`{"run": ${'x'.repeat(count)}${PAIRS}`);
  expect(letter).toMatchObject({ outcome: 'shown', cause: expect.stringContaining('not JSON: ') });
});

test.each([0, 1])('the type of a request was cut through a character (%i letters before it)', async (count) => {
  const letter = await deadLetterOf(JSON.stringify({ v: 1, type: `${'x'.repeat(count)}${PAIRS}` }));
  expect(letter).toMatchObject({
    outcome: 'shown',
    cause: expect.stringMatching(/^type: "x?(😀)+ is not a request$/u),
  });
});

test.each([0, 1])('the cause of a refusal was cut through a character, and its run never shown', async (count) => {
  const deployment = fakeDeployment();
  await deployment.publish({ ...aCommit(), [`${'x'.repeat(count)}${PAIRS}`]: 1 });
  expect(deployment.summary()).toMatchObject({ status: 'failed', reason: 'invalid-request' });
  expect(deployment.summary().message.length).toBeGreaterThan(400);
});

test('JSON can hold half a character: it becomes U+FFFD, also in a name, and the same request is the same again', async () => {
  const deployment = fakeDeployment();
  const request = aCommit({ notes: 'a \ud83d', parameters: { 'lr\udc00': '[1, "\\ud83d"]', ok: '"😀"' } });
  expect(JSON.stringify(request)).toContain('\\ud83d');
  await deployment.publish(request);
  expect(deployment.state().request).toMatchObject({
    notes: 'a \ufffd',
    parameters: { 'lr\ufffd': '[1, "\\ud83d"]', ok: '"😀"' },
  });
  const state = deployment.state();
  await deployment.publish(request);
  expect(deployment.state()).toEqual(state);
});

test("the error of a part of a sweep held half a character: the sweep's report was not written", async () => {
  const deployment = fakeDeployment();
  const { google } = deployment;
  await deployment.publish(aCommit());
  google.context.compute.list = () => Promise.reject(new Error(`Unexpected token '\ud83d' ${PAIRS}`));
  await expect(deployment.sweep()).rejects.toThrow('sweep: list: Unexpected token');
  expect(google.sweeps.at(-1)?.failures).toEqual([expect.stringMatching(/^list: Unexpected token '\ufffd' (😀)+$/u)]);
});

test.each([0, 1])('log lines are cut between characters (%i letters before them)', async (count) => {
  const { google } = fakeDeployment();
  const logged: unknown[] = [];
  google.context.log = (_severity, _message, fields) => void logged.push(...Object.values(fields ?? {}));
  google.calls.before = () => {
    throw new Error(`${'x'.repeat(count)}${PAIRS}`);
  };
  const request = { v: 1, type: 'advance', kind: 'run', id: RUN, repeats: true };
  await handleRequest(aMessage(request), google.context);
  const texts = logged.filter((value) => typeof value === 'string');
  expect(texts).toHaveLength(2);
  expect(texts.every((text) => text.isWellFormed())).toBe(true);
});
