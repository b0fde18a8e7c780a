// `kill --all`: ends everything that goes on.
import type { Command } from 'commander';
import { type Invocation, examples } from '../definition';

export function addKill(program: Command, invocation: Invocation): void {
  program
    .command('kill')
    .description('cancel all runs of yours and stop all instances; deletes nothing, asks first')
    .option('--all', 'required: this is about all of them')
    .option('--everyone', 'those of all users')
    .option('--yes', 'end them without asking')
    .addHelpText('after', examples('kill --all', 'kill --all --everyone --yes'))
    .action(async (options) => {
      const { kill } = await import('../../commands/kill');
      invocation.finish(await kill(invocation.context(), options));
    });
}
