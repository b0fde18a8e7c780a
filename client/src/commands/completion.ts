// `completion`: prints a script for the user's shell; `run-ids`: prints the ids that the script completes.
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { Command } from 'commander';
import { deploymentAt, targetFromHere } from '../deployment/connect';
import { fishCompletion } from '../cli/completion/fish';
import { bashCompletion, zshCompletion } from '../cli/completion/posix';
import { completedCommands } from '../cli/completion/completed-commands';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { connectionTo } from '../google/connection';
import { runningLocalCloud } from '../local/local-cloud';

export const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

const SHOWN_RUNS = 50;

export function completion(context: Context, program: Command, shell: keyof typeof SHELLS): number {
  context.print(SHELLS[shell](completedCommands(program)));
  return EXIT.done;
}

/** Prints ids of the newest runs if the local cloud is running. Calls nothing else, and starts nothing. */
export async function runIds(context: Context): Promise<number> {
  const target = targetFromHere(context);
  const endpoints = target.project === LOCAL_PROJECT ? await runningLocalCloud(context) : null;
  if (endpoints?.deployment !== target.deployment) return EXIT.done;
  const deployment = deploymentAt(connectionTo(target, context.env, endpoints));
  try {
    const found = await (await deployment.runs()).list(SHOWN_RUNS);
    context.print(found.map(({ run }) => `${run}\n`).join(''));
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
