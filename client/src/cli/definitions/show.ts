// `show`: shows one run.
import type { Command } from 'commander';
import { type Invocation, RUN, examples, jsonOption } from '../definition';

export function addShow(program: Command, invocation: Invocation): void {
  program
    .command('show')
    .description('show a run')
    .argument('[run]', RUN, 'latest')
    .addOption(jsonOption())
    .addHelpText('after', examples('show', 'show 4f2m --json'))
    .action(async (run: string, options) => {
      const { show } = await import('../../commands/show');
      invocation.finish(await show(invocation.context(), run, options));
    });
}
