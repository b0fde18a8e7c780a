// `sweep`: runs a sweep now.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addSweep(program: Command, invocation: Invocation): void {
  program
    .command('sweep')
    .description('run a sweep over all runs and VMs now, as happens every minute, and show what it did')
    .option('--dry-run', 'show what a sweep would do, and change nothing')
    .addOption(jsonOption())
    .addHelpText('after', examples('sweep --dry-run', 'sweep --json'))
    .action(async (options) => {
      const { sweep } = await import('../../commands/sweep');
      invocation.finish(await sweep(invocation.context(), options));
    });
}
