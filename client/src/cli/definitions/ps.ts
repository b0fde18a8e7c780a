// `ps`: lists instances and the history of runs.
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
    .description('list instances, and runs, newest first')
    .option('-n, --limit <number>', 'how many runs', wholeNumber, 20)
    .option('--all', 'all runs')
    .option('-v, --verbose', 'with the signals by which an instance counts as idle')
    // The predecessor's option, which lists its VMs: they are part of the list.
    .addOption(new Option('--server').hideHelp())
    .addOption(jsonOption())
    .addHelpText('after', examples('ps', 'ps -n 5', 'ps -v', 'ps --all --json'))
    .action(async (options) => {
      const { ps } = await import('../../commands/ps');
      invocation.finish(await ps(invocation.context(), options));
    });
}
