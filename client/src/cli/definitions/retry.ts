// `retry`: does a run again.
import type { Command } from 'commander';
import { type Invocation, RUN, examples, jsonOption } from '../definition';

export function addRetry(program: Command, invocation: Invocation): void {
  program
    .command('retry')
    .description('do a run again: the same snapshot, parameters and settings, under a new id')
    .argument('<run>', RUN)
    .option('--resume', 'start from the newest checkpoint of that run')
    .option('--detach', 'return as soon as the run is in the history')
    .addOption(jsonOption())
    .addHelpText('after', examples('retry latest', 'retry 4f2m --resume'))
    .action(async (run: string, options) => {
      const { retry } = await import('../../commands/retry');
      invocation.finish(await retry(invocation.context(), run, options));
    });
}
