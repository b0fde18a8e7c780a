// `publish`: pushes results to the output repository.
import type { Command } from 'commander';
import { type Invocation, RUN, examples } from '../definition';

export function addPublish(program: Command, invocation: Invocation): void {
  program
    .command('publish')
    .description('push the results of a run to its output repository, with your own git')
    .argument('[run]', RUN, 'latest')
    .addHelpText('after', examples('publish 4f2m'))
    .action(async (run: string) => {
      const { publish } = await import('../../commands/publish');
      invocation.finish(await publish(invocation.context(), run));
    });
}
