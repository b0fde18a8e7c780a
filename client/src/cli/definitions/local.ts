// `local`: the process that is the cloud on this computer.
import type { Command } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

export function addLocal(program: Command, invocation: Invocation): void {
  const local = program
    .command('local')
    .description('this computer as a cloud')
    .addHelpText('after', examples('local status', 'local down'));

  local
    .command('up')
    .description('start the local cloud (done automatically when needed)')
    .option('--sweep-seconds <number>', 'time between two sweeps')
    .option('--grace-seconds <number>', 'grace period before an orphan VM is deleted')
    .option('--idle-minutes <number>', 'exit after this time without work')
    .option('--heartbeat-seconds <number>', 'time between two heartbeats of a VM')
    .option('--progress-seconds <number>', 'time between two heartbeats while a notebook makes progress')
    .addOption(jsonOption())
    .addHelpText('after', examples('local up', 'local up --idle-minutes 60'))
    .action(async (options) => {
      const { localUp } = await import('../../commands/local');
      invocation.finish(await localUp(invocation.context(), options));
    });

  local
    .command('down')
    .description('stop the local cloud; runs continue and are picked up at the next start')
    .addOption(jsonOption())
    .addHelpText('after', examples('local down'))
    .action(async (options) => {
      const { localDown } = await import('../../commands/local');
      invocation.finish(await localDown(invocation.context(), options));
    });

  local
    .command('status')
    .description('show whether the local cloud is running, and where its state is')
    .addOption(jsonOption())
    .addHelpText('after', examples('local status --json'))
    .action(async (options) => {
      const { localStatus } = await import('../../commands/local');
      invocation.finish(await localStatus(invocation.context(), options));
    });

  local
    .command('reset')
    .description('stop the local cloud and delete its VMs, runs and results')
    .option('--yes', 'do not ask for confirmation')
    .addOption(jsonOption())
    .addHelpText('after', examples('local reset', 'local reset --yes'))
    .action(async (options) => {
      const { localReset } = await import('../../commands/local');
      invocation.finish(await localReset(invocation.context(), options));
    });
}
