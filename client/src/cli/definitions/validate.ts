// `validate`: checks mymlops.yml.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addValidate(program: Command, invocation: Invocation): void {
  program
    .command('validate')
    .description('check mymlops.yml, and show where it would run')
    .argument('[file]', 'the file or its folder (default: the first mymlops.yml from here upwards)')
    .option('--remote', 'check also with the deployment: limits, zones, GPUs, quotas, images, secrets, rights')
    .option('--schema', 'print the JSON Schema of mymlops.yml, for editors')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'validate',
        'validate --remote',
        'validate other/mymlops.yml --json',
        'validate --schema > mymlops.schema.json',
      ),
    )
    .action(async (file: string | undefined, options) => {
      const { validate } = await import('../../commands/validate');
      invocation.finish(await validate(invocation.context(), file, options));
    });
}
