// `pull`: downloads results to this computer.
import type { Command } from 'commander';
import { type Invocation, RUN, examples, jsonOption } from '../definition';

export function addPull(program: Command, invocation: Invocation): void {
  program
    .command('pull')
    .description('download the results of a run')
    .argument('[run]', RUN, 'latest')
    .argument('[folder]', 'where to put them (default: ./<run>)')
    .option('--force', 'overwrite files that differ from the results')
    .addOption(jsonOption())
    .addHelpText('after', examples('pull', 'pull 4f2m results'))
    .action(async (run: string, folder: string | undefined, options) => {
      const { pull } = await import('../../commands/pull');
      invocation.finish(await pull(invocation.context(), run, folder, options));
    });
}
