// `local`: the process that is the cloud on this machine.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addLocal(program: Command, invocation: Invocation): void {
  const local = program
    .command('local')
    .description('this machine as a cloud')
    .addHelpText('after', examples('local status', 'local down'));

  local
    .command('up')
    .description('start it (every command that needs it does so by itself)')
    .option('--sweep-seconds <number>', 'time between two sweeps')
    .option('--grace-seconds <number>', 'a machine that nothing explains is left alone for this time')
    .option('--idle-minutes <number>', 'leave after this time without work')
    .option('--heartbeat-seconds <number>', "time between two signs of a machine's life")
    .option('--progress-seconds <number>', 'the same while a notebook makes progress')
    .addOption(jsonOption())
    .addHelpText('after', examples('local up', 'local up --idle-minutes 60'))
    .action(async (options) => {
      const { localUp } = await import('../../commands/local');
      invocation.finish(await localUp(invocation.context(), options));
    });

  local
    .command('down')
    .description('stop it; runs go on and are found again')
    .addOption(jsonOption())
    .addHelpText('after', examples('local down'))
    .action(async (options) => {
      const { localDown } = await import('../../commands/local');
      invocation.finish(await localDown(invocation.context(), options));
    });

  local
    .command('status')
    .description('say whether it runs, and where its state is')
    .addOption(jsonOption())
    .addHelpText('after', examples('local status --json'))
    .action(async (options) => {
      const { localStatus } = await import('../../commands/local');
      invocation.finish(await localStatus(invocation.context(), options));
    });

  local
    .command('reset')
    .description('stop it and delete its machines, runs and results')
    .option('--yes', 'do not ask')
    .addOption(jsonOption())
    .addHelpText('after', examples('local reset', 'local reset --yes'))
    .action(async (options) => {
      const { localReset } = await import('../../commands/local');
      invocation.finish(await localReset(invocation.context(), options));
    });
}
