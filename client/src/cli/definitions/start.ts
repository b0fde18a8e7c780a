// `start`: opens an interactive VM.
import type { Command } from 'commander';
import { type Invocation, examples } from '../definition';

export function addStart(program: Command, invocation: Invocation): void {
  program
    .command('start')
    .description('open an interactive VM, such as one with Jupyter; start or create it if needed')
    .argument('[name]', "its name; by default the project folder's, with a profile FOLDER-PROFILE")
    .option('--profile <name>', 'a profile of mymlops.yml')
    .option('--new', 'create another one, whatever exists')
    .option('--open', 'open its first service in the browser')
    .option('--show-token', 'print the addresses with their token')
    .option('--wait <duration>', 'wait this long for a VM, such as 1h; by default 10m')
    .option('--max <duration>', 'Google stops the VM after this time, whatever happens; by default 72h')
    .option('--detach', 'return as soon as the deployment knows of it')
    .addHelpText('after', examples('start', 'start --open', 'start gpu --profile gpu --max 8h'))
    .action(async (name: string | undefined, options) => {
      const { start } = await import('../../commands/start');
      invocation.finish(await start(invocation.context(), name, options));
    });
}
