// `events`: the reports of a run's VMs.
import type { Command } from 'commander';
import { type Invocation, RUN, examples, jsonOption } from '../definition';

export function addEvents(program: Command, invocation: Invocation): void {
  program
    .command('events')
    .description("list the reports of a run's VMs")
    .argument('[run]', RUN, 'latest')
    .addOption(jsonOption())
    .addHelpText('after', examples('events', 'events 4f2m --json'))
    .action(async (run: string, options) => {
      const { events } = await import('../../commands/events');
      invocation.finish(await events(invocation.context(), run, options));
    });
}
