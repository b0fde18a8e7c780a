// `doctor`: prints what was compared, and what does not match, as the sweep function computed it.
import { targetFromHere, withDeployment } from '../deployment/connect';
import { type Context, showJson } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { askForPlan } from '../deployment/sweeps';
import { printable } from '../view/printable';

/** EXIT.error where anything does not match. */
export function doctor(context: Context, { json }: { json?: boolean }): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const { findings, proof, at } = await askForPlan(deployment, context.interrupted);
    const isClean = findings.length === 0;
    if (json) showJson(context, { at, clean: isClean, proof, findings });
    else {
      const found = findings.map(({ subject, problem, remedy }) => `${subject} ${problem}.\n  ${remedy}`);
      const verdict = isClean ? 'clean' : `${findings.length} not as it should be`;
      context.print([...proof, ...found.map(printableLines), verdict].map((line) => `${line}\n`).join(''));
    }
    return isClean ? EXIT.done : EXIT.error;
  });
}

/** Names of machines come from the cloud, causes from messages: they are not ours. */
const printableLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
