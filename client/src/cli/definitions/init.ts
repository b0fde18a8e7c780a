// `init`: a new project.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addInit(program: Command, invocation: Invocation): void {
  program
    .command('init')
    .description('write what a project needs: mymlops.yml, run.sh, a notebook; overwrites nothing')
    .argument('[folder]', 'where; it is made if need be', '.')
    .addOption(jsonOption())
    .addHelpText('after', examples('init', 'init my-project'))
    .action(async (folder: string, options) => {
      const { init } = await import('../../commands/init');
      invocation.finish(init(invocation.context(), folder, options));
    });
}
