// `ps`: lists the history.
import { type Command, Option } from 'commander';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';
import { type Invocation, examples, jsonOption } from '../definition';

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1)
    throw new ExpectedError(`-n must be a whole number, 1 or more, not ${value}.`, EXIT.usage);
  return number;
}

export function addPs(program: Command, invocation: Invocation): void {
  program
    .command('ps')
    .alias('status')
    .description('list runs, newest first')
    .option('-n, --limit <number>', 'how many runs', wholeNumber, 20)
    .option('--all', 'all runs')
    // The predecessor's option, which lists its VMs.
    .addOption(new Option('--server').hideHelp())
    .addOption(jsonOption())
    .addHelpText('after', examples('ps', 'ps -n 5', 'ps --all --json'))
    .action(async ({ server, ...options }) => {
      if (server) {
        throw new ExpectedError(
          '`status --server`: a list of VMs is not available yet. For the runs: mymlops-client ps',
          EXIT.usage,
        );
      }
      const { ps } = await import('../../commands/ps');
      invocation.finish(await ps(invocation.context(), options));
    });
}
