// `cancel`: ends runs.
import type { Command } from 'commander';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { type Invocation, RUNS_HELP, examples } from '../definition';

export function addCancel(program: Command, invocation: Invocation): void {
  program
    .command('cancel')
    .description('end runs')
    .argument('[runs...]', RUNS_HELP)
    .option('--all', 'all runs of yours that go on; asks first')
    .option('--everyone', 'with --all: those of all users')
    .option('--yes', 'with --all: end them without asking')
    .addHelpText('after', examples('cancel latest', 'cancel 4f2m 8kq1', 'cancel --all'))
    .action(async (runs: string[], { all, everyone, yes }) => {
      if (all) {
        const { cancelAll } = await import('../../commands/cancel-all');
        return invocation.finish(await cancelAll(invocation.context(), runs, { everyone, yes }));
      }
      if (everyone || yes) throw new ExpectedError('--everyone and --yes go with --all.', EXIT.usage);
      if (runs.length === 0) {
        throw new ExpectedError('Name the runs: mymlops-client cancel RUN, or cancel --all', EXIT.usage);
      }
      const { cancel } = await import('../../commands/cancel');
      invocation.finish(await cancel(invocation.context(), runs));
    });
}
