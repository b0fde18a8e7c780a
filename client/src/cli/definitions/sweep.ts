// `sweep`: what happens every minute, now.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addSweep(program: Command, invocation: Invocation): void {
  program
    .command('sweep')
    .description('look after all runs and machines now, as happens every minute, and say what was done')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(jsonOption())
    .addHelpText('after', examples('sweep --dry-run', 'sweep --json'))
    .action(async (options) => {
      const { sweep } = await import('../../commands/sweep');
      invocation.finish(await sweep(invocation.context(), options));
    });
}
