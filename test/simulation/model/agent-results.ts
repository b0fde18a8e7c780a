// What the agent leaves in the bucket and in the output repository: results one by one, the outcome last of all, the push.
import { ATTEMPT_OBJECTS, CONTROL_KEY, resultsPrefix } from '@mymlops/protocol';
import { aNotebook, anOutcome } from '../../fakes/builders';
import type { Agent } from './agent-calls';
import { oddityOf } from './world';

const MINUTE = 60_000;
const RESULT_MS = 15 * MINUTE;
const NOTEBOOK = 'train.ipynb';
const artifact = (number: number): string => `artifacts/${number}.bin`;

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What outcome.json says of them. */
interface Uploaded {
  manifest: object[];
  missing: object[];
}

/** Large results take their time, in which much can change. */
export async function uploadResults(agent: Agent, hasNotebook: boolean): Promise<Uploaded> {
  const { random, label, wait, run, attempt, world, vm } = agent;
  const isLarge = random.chance(label('large'), 0.2);
  await wait(isLarge ? random.between(label('upload'), 1, 10) * MINUTE : 200);
  const uploaded: Uploaded = { manifest: [], missing: [] };
  if (!hasNotebook) return uploaded;
  const torn = oddityOf(world, 'torn', vm.body);
  const tornName = torn && (torn.artifact === undefined ? NOTEBOOK : artifact(torn.artifact));
  const upload = async (name: string, text: string): Promise<void> => {
    const path64 = base64(name);
    if (name === tornName) return void uploaded.missing.push({ path64, message64: base64('HTTP 503') });
    const object = `${resultsPrefix(run.id, attempt)}${name}`;
    world.oracle.results.set(object, text);
    await agent.write(object, text);
    uploaded.manifest.push({ path64, size: text.length, sha256: 'c'.repeat(64), generation: '1' });
  };
  await upload(NOTEBOOK, notebookOf(agent));
  for (let number = 1; number <= (run.files ?? 0); number++) {
    await wait(random.between(label(`artifact ${number}`), 1, 30) * 1000);
    await upload(artifact(number), `${number} of ${agent.bootId}`);
  }
  return uploaded;
}

/** False where somebody else had the last word. */
export async function writeOutcome(agent: Agent, said: object): Promise<boolean> {
  const { oracle, run, attempt, prefix, bootId, timeline } = agent;
  const none = 'failure' in said ? { command: undefined } : {};
  const text = anOutcome({ boot: bootId, attempt, ...none, ...said });
  const object = `${prefix}${ATTEMPT_OBJECTS.outcome}`;
  const isOurs = await agent.create(object, text, () => {
    if (oracle.outcomes.has(run.id)) oracle.violate(`${run.id} has a second outcome`);
    oracle.outcomes.set(run.id, { attempt, object, text, atMs: timeline.nowMs });
  });
  // An answer may have been lost.
  return isOurs || (await agent.read(object)) === text;
}

export async function push(agent: Agent): Promise<void> {
  const { vm, run, attempt, oracle, wait } = agent;
  const untilMs = agent.timeline.nowMs + RESULT_MS;
  while (!vm.metadata.get(CONTROL_KEY)?.startsWith('result=')) {
    if (agent.timeline.nowMs > untilMs) return;
    await wait(5000);
    if ((agent.timeline.nowMs - untilMs) % 30_000 === 0) agent.report({});
  }
  await wait(agent.random.between(agent.label('push'), 1, 20) * 1000);
  if (run.pushFails) return agent.report({ publication: { message64: base64('no such repository') } });
  oracle.pushes.push({ run: run.id, attempt });
  agent.report({ publication: { commit: 'd'.repeat(40) } });
}

/** No two of them are alike, so that one which was written over shows. */
function notebookOf({ run: { command }, bootId }: Agent): string {
  const first = { count: 1, source: bootId };
  const announced = { count: 2, tags: ['raises-exception'] };
  const second = { count: 2, ...(command.hasError && { error: { ename: 'E', evalue: 'v' } }) };
  switch (command.leaves) {
    case 'unexecuted':
      return aNotebook([first, {}]);
    case 'exit':
      return aNotebook([{ ...first, error: { ename: 'SystemExit', evalue: '0' } }, {}]);
    case 'dead kernel':
      return aNotebook([first, { papermill: { status: 'completed', exception: null } }]);
    case 'marked':
      return aNotebook([first, second], { papermill: { exception: true } });
    case 'announced':
      return aNotebook([first, { ...announced, error: { ename: 'E', evalue: 'v' } }]);
    case 'announced exit':
      return aNotebook([first, { ...announced, error: { ename: 'SystemExit', evalue: '0' } }, {}]);
    default:
      return aNotebook([first, second]);
  }
}
