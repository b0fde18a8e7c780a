// `rm`: removes runs.
import type { Command } from 'commander';
import { type Invocation, RUNS_HELP, examples, jsonOption } from '../definition';

export function addRm(program: Command, invocation: Invocation): void {
  program
    .command('rm')
    .description('remove runs that have ended: history, events, log and results in the buckets')
    .argument('<runs...>', RUNS_HELP)
    .addOption(jsonOption())
    .addHelpText('after', examples('rm 4f2m 8kq1', 'rm latest --json'))
    .action(async (runs: string[], options) => {
      const { rm } = await import('../../commands/rm');
      invocation.finish(await rm(invocation.context(), runs, options));
    });
}
