// `secrets`: values for the commands of runs.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

const NAME_HELP = "the variable's name, such as API_KEY";

export function addSecrets(program: Command, invocation: Invocation): void {
  const secrets = program
    .command('secrets')
    .description('values that only the VMs of the deployment can read, such as an API key')
    .addHelpText('after', examples('secrets set API_KEY', 'secrets ls'));

  secrets
    .command('set')
    .description('store a value, read from the terminal or from stdin')
    .argument('<name>', NAME_HELP)
    .option('--from-file <file>', "take the file's bytes as they are")
    .addOption(jsonOption())
    .addHelpText('after', examples('secrets set API_KEY', 'secrets set CREDENTIALS --from-file key.json'))
    .action(async (name: string, options) => {
      const { secretsSet } = await import('../../commands/secrets');
      invocation.finish(await secretsSet(invocation.context(), name, options));
    });

  secrets
    .command('ls')
    .description('list the names; nobody can list values')
    .addOption(jsonOption())
    .addHelpText('after', examples('secrets ls --json'))
    .action(async (options) => {
      const { secretsLs } = await import('../../commands/secrets');
      invocation.finish(await secretsLs(invocation.context(), options));
    });

  secrets
    .command('rm')
    .description('remove a secret')
    .argument('<name>', NAME_HELP)
    .addOption(jsonOption())
    .addHelpText('after', examples('secrets rm API_KEY'))
    .action(async (name: string, options) => {
      const { secretsRm } = await import('../../commands/secrets');
      invocation.finish(await secretsRm(invocation.context(), name, options));
    });
}
