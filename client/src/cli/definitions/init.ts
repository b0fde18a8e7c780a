// `init`: starts a new project.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addInit(program: Command, invocation: Invocation): void {
  program
    .command('init')
    .description('write the files of a new project: mymlops.yml, run.sh, a notebook; overwrites nothing')
    .argument('[folder]', 'the project folder; created if needed', '.')
    .addOption(jsonOption())
    .addHelpText('after', examples('init', 'init my-project'))
    .action(async (folder: string, options) => {
      const { init } = await import('../../commands/init');
      invocation.finish(init(invocation.context(), folder, options));
    });
}
