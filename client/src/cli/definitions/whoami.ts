// `whoami`: the account, the project and the deployment that other commands use.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addWhoami(program: Command, invocation: Invocation): void {
  program
    .command('whoami')
    .description('show the account, the project and the deployment, and where each is set')
    .addOption(jsonOption())
    .addHelpText('after', examples('whoami', 'whoami --json'))
    .action(async (options) => {
      const { whoami } = await import('../../commands/whoami');
      invocation.finish(await whoami(invocation.context(), options));
    });
}
