// Verbs of the predecessor that are not there yet: the nearest of ours would be another thing.
import type { Command } from 'commander';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';

const NOT_YET: Record<string, string> = {
  start: 'Jupyter on a machine of its own is not there yet. To run a notebook: mymlops-client commit NOTEBOOK',
  dashboard: 'the page is not there yet. The history in the terminal: mymlops-client ps',
};

export function addNotYet(program: Command): void {
  for (const [name, sentence] of Object.entries(NOT_YET)) {
    program
      .command(name, { hidden: true })
      .argument('[words...]')
      .allowUnknownOption()
      .action(() => {
        throw new ExpectedError(`\`${name}\`: ${sentence}`, EXIT.usage);
      });
  }
}
