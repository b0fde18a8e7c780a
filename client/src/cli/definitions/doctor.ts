// `doctor`: looks for problems in the deployment.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addDoctor(program: Command, invocation: Invocation): void {
  program
    .command('doctor')
    .description('compare VMs, disks, slots and queues with the history of runs; exits 1 if it finds a problem')
    .option('--bundle <file>', 'write what a maintainer needs into a new file, without secrets')
    .addOption(jsonOption())
    .addHelpText('after', examples('doctor', 'doctor --json', 'doctor --bundle doctor.json'))
    .action(async (options) => {
      const { doctor } = await import('../../commands/doctor');
      invocation.finish(await doctor(invocation.context(), options));
    });
}
