// `stop`, `delete`, `extend`, `why`: what is done with an instance that exists.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

const NAME_HELP = 'the name of an instance, as `ps` shows it';

export function addStop(program: Command, invocation: Invocation): void {
  program
    .command('stop')
    .description('switch the VM of an instance off; its disk stays')
    .argument('<name>', NAME_HELP)
    .addHelpText('after', examples('stop cpu1'))
    .action(async (name: string) => {
      const { stop } = await import('../../commands/stop');
      invocation.finish(await stop(invocation.context(), name));
    });
}

export function addDelete(program: Command, invocation: Invocation): void {
  program
    .command('delete')
    .description('delete an instance with its VM and its disk')
    .argument('<name>', NAME_HELP)
    .option('--yes', 'delete without asking')
    .addHelpText('after', examples('delete cpu1', 'delete cpu1 --yes'))
    .action(async (name: string, options) => {
      const { deleteInstance } = await import('../../commands/delete');
      invocation.finish(await deleteInstance(invocation.context(), name, options));
    });
}

export function addExtend(program: Command, invocation: Invocation): void {
  program
    .command('extend')
    .description('keep an instance on for a time, busy or not')
    .argument('<name>', NAME_HELP)
    .argument('<time>', 'from now on, such as 30m, 2h or 1d')
    .addHelpText('after', examples('extend cpu1 2h'))
    .action(async (name: string, time: string) => {
      const { extend } = await import('../../commands/extend');
      invocation.finish(await extend(invocation.context(), name, time));
    });
}

export function addWhy(program: Command, invocation: Invocation): void {
  program
    .command('why')
    .description('say what keeps an instance on, or why it was stopped')
    .argument('<name>', NAME_HELP)
    .addOption(jsonOption())
    .addHelpText('after', examples('why cpu1', 'why cpu1 --json'))
    .action(async (name: string, options) => {
      const { why } = await import('../../commands/why');
      invocation.finish(await why(invocation.context(), name, options));
    });
}
