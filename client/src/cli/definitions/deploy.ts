// `deploy`: makes a deployment in a Google Cloud project.
import { type Command, Option } from 'commander';
import { type Invocation, examples } from '../definition';

export function addDeploy(program: Command, invocation: Invocation): void {
  program
    .command('deploy')
    .description('write the Terraform files that make a deployment in your Google Cloud project')
    .addOption(
      new Option('--write <folder>', 'write them here; again: bring them to this version').makeOptionMandatory(),
    )
    .option('--region <region>', 'region of buckets, database and functions; it cannot be changed later')
    .option('--user <member...>', 'who may use it: user:..., group:... or serviceAccount:...')
    .addHelpText(
      'after',
      examples('deploy --project my-project --region europe-west4 --user user:me@example.com --write infra'),
    )
    .action(async (options: { write: string; region?: string; user?: string[] }) => {
      const { deploy } = await import('../../commands/deploy');
      invocation.finish(deploy(invocation.context(), options));
    });
}
