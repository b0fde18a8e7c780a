// `gpus`: which accelerators there are, and where.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addGpus(program: Command, invocation: Invocation): void {
  program
    .command('gpus')
    .description('list the accelerators of Compute Engine by zone, and the machine types that carry them')
    .option('--region <region>', 'only the zones of this region, such as europe-west4')
    .addOption(jsonOption())
    .addHelpText('after', examples('gpus --region europe-west4', 'gpus --json'))
    .action(async (options) => {
      const { gpus } = await import('../../commands/gpus');
      invocation.finish(await gpus(invocation.context(), options));
    });
}
