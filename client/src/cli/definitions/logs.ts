// `logs`: prints the log of a run's command, or of an instance.
import type { Command } from 'commander';
import { type Invocation, RUN, examples } from '../definition';

export function addLogs(program: Command, invocation: Invocation): void {
  program
    .command('logs')
    .alias('startup-logs')
    .description('print the log of a run, or of an instance')
    .argument('[run]', `${RUN}; or the name of an instance`, 'latest')
    .option('-f, --follow', 'continue until the run has ended')
    .addHelpText('after', examples('logs -f', 'logs 4f2m'))
    .action(async (run: string, options) => {
      const { logs } = await import('../../commands/logs');
      invocation.finish(await logs(invocation.context(), run, options));
    });
}
