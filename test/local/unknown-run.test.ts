// A run that there is not: one sentence, and 102, from every verb.
import { newRunId } from '@mymlops/protocol';
import { runCli } from '../../client/src/cli/program';
import { testContext } from '../client/context';
import { type Desk, newDesk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

async function run(...args: string[]) {
  const context = testContext({ cwd: desk.project, env: { ...process.env, MYMLOPS_HOME: desk.home } });
  const code = await runCli(args, context);
  return { code, said: context.said, printed: context.printed() };
}

const UNKNOWN = '20200101-000000-zzzz';
const YESTERDAY = newRunId(new Date(Date.now() - 86_400_000), () => 0);
const VERBS = [['show'], ['logs'], ['logs', '-f'], ['events'], ['pull'], ['publish'], ['cancel'], ['rm']];

describe.each(VERBS)('%s %s', (...verb) => {
  test.each([
    ['an id', UNKNOWN, `There is no run ${UNKNOWN}. See: mymlops-client ps --all`],
    ['a part of an id', 'qqqq', 'No run has "qqqq" in its id. See: mymlops-client ps --all'],
    ['latest, without any run', 'latest', 'There are no runs yet. See: mymlops-client ps --all'],
  ])('%s', async (_name, text, sentence) => {
    expect(await run(...verb, text)).toEqual({ code: 102, said: [sentence], printed: '' });
  });
});

test('a cancel of a run that may arrive yet waits for it, and says that there is none', async () => {
  const { code, said } = await run('cancel', YESTERDAY);
  expect({ code, said }).toEqual({
    code: 102,
    said: [`There is no run ${YESTERDAY}. If it still arrives, it will be cancelled.`],
  });
});
