// `doctor`: is everything as it should be.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addDoctor(program: Command, invocation: Invocation): void {
  program
    .command('doctor')
    .description('compare machines, disks, runs and queues with the history; exits 1 where something does not match')
    .addOption(jsonOption())
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async (options) => {
      const { doctor } = await import('../../commands/doctor');
      invocation.finish(await doctor(invocation.context(), options));
    });
}
