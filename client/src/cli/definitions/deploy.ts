// `deploy`: makes a deployment in a Google Cloud project, changes it, or removes it.
import type { Command } from 'commander';
import { type Invocation, examples } from '../definition';

export function addDeploy(program: Command, invocation: Invocation): void {
  program
    .command('deploy')
    .description('make a deployment in your Google Cloud project, bring it to this version, or remove it')
    .option('--region <region>', 'region of buckets, database and functions; it cannot be changed later')
    .option('--user <member...>', 'who may use it, too: user:..., group:... or serviceAccount:...')
    .option('--set <name=value...>', "a variable of the Terraform module; without a value, the module's default again")
    .option('--plan', 'show what would change, and change nothing; exits 2 if something would')
    .option('--yes', 'do it without asking')
    .option('--import <address=id...>', 'take in what is there already, as the last deploy printed it')
    .option('--impersonate <account>', 'act as this service account')
    .option('--write <folder>', 'only write the files for a Terraform of your own; again: bring them to this version')
    .option('--destroy', 'remove the deployment; history, results, secrets and images are kept')
    .option(
      '--force',
      'with --destroy: end runs and builds, delete instances with their disks, VMs that live and disks without a VM',
    )
    .option(
      '--delete-history <deployment>',
      'with --destroy: delete history, results, secrets and images, too, for ever',
    )
    .addHelpText(
      'after',
      examples(
        'deploy --project my-project --region europe-west4 --user user:me@example.com',
        'deploy --project my-project --set max_parallel=4 --set alert_emails=me@example.com',
        'deploy --project my-project --plan',
        'deploy --project my-project --region europe-west4 --write infra',
        'deploy --project my-project --destroy',
      ),
    )
    .action(async (options) => {
      const { deploy, sweepOnce } = await import('../../commands/deploy');
      const context = invocation.context();
      const { code, isReady } = await deploy(context, options);
      if (!isReady || !(await sweepOnce(context))) return invocation.finish(code);
      const { doctor } = await import('../../commands/doctor');
      invocation.finish(await doctor(context, {}));
    });
}
