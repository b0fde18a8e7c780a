// `commit`: runs notebooks.
import { type Command, Option } from 'commander';
import { type Invocation, examples, jsonOption } from '../definition';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function addCommit(program: Command, invocation: Invocation): void {
  program
    .command('commit')
    .description('run notebooks, each on a VM of its own, and follow them')
    .argument('<notebooks...>', '[PROFILE] NOTEBOOK...')
    .option('-n, --notes <text>', 'notes, shown with the run')
    .option('-a, --artifacts', 'put the artifacts folder into the output repository as well')
    .option('-k, --keep', 'keep the VM for 2h after the end')
    // The predecessor's name.
    .addOption(new Option('--keep_instance').implies({ keep: true }).hideHelp())
    .option('--keep-for <duration>', 'keep the VM for this time after the end, at most 8h')
    .option(
      '-p, --param <name=value>',
      'a value for the cell tagged "parameters": numbers, true/false, None, [1,2], else text; repeatable',
      collect,
    )
    .option('-r, --raw <name=text>', 'a value that is always passed as text; repeatable', collect)
    .option('-P, --params-file <file>', 'values from a YAML or JSON file; -p and -r replace them; repeatable', collect)
    .option('--max-run <duration>', 'end the command after this time: 90, 30s, 15m, 2h, 1d')
    .option('--detach', 'return as soon as the run is in the history')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'commit notebooks/train.ipynb -n "first run"',
        'commit notebooks/train.ipynb -p lr=0.01 -p epochs=5 --max-run 2h',
        'commit notebooks/*.ipynb --detach',
        'commit gpu notebooks/train.ipynb',
      ),
    )
    .action(async (notebooks: string[], options) => {
      const { commit } = await import('../../commands/commit');
      invocation.finish(await commit(invocation.context(), notebooks, options));
    });
}
