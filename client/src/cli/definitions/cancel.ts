// `cancel`: ends runs.
import type { Command } from 'commander';
import { type Invocation, RUNS_HELP, examples } from '../definition';

export function addCancel(program: Command, invocation: Invocation): void {
  program
    .command('cancel')
    .description('end runs')
    .argument('<runs...>', RUNS_HELP)
    .addHelpText('after', examples('cancel latest', 'cancel 4f2m 8kq1'))
    .action(async (runs: string[]) => {
      const { cancel } = await import('../../commands/cancel');
      invocation.finish(await cancel(invocation.context(), runs));
    });
}
