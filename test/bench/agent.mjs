// From the first line of the VM's startup script to the command's first: the agent against a script that makes the same calls
// and the same clone.
import { fileURLToPath } from 'node:url';
import { importBundled } from './bundled.mjs';
import { timePairs } from './pairs.mjs';

const ROUNDS = 15;
const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * @param {string} folder a temporary one
 * @returns one row. Throws where the two made other calls; the agent may send two reports as one.
 */
export async function benchAgent(folder) {
  const { agentVm } = await importBundled('agent-vm.ts', folder);
  const { agent, byHand } = agentVm({
    ...{ agent: pathOf('../../functions/dist/vm/run/agent.sh'), byHand: pathOf('agent-by-hand.sh') },
    folder,
  });
  const [ours, floor] = [await agent(), await byHand()].map(({ calls }) => calls.filter((call) => call !== 'publish'));
  if (ours.join() !== floor.join())
    throw new Error(`the agent calls ${ours.join(', ')}; its floor ${floor.join(', ')}`);
  const cost = async (measure) => (await measure()).seconds;
  return timePairs({ 'agent-overhead': agent }, byHand, ROUNDS, { cost });
}
