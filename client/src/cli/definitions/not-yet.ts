// Commands of the predecessor that do not exist yet: a suggestion by spelling would name a command that does something else.
import type { Command } from 'commander';
import { ExpectedError } from '../../core/errors';
import { EXIT } from '../../core/exit-codes';

const NOT_YET: Record<string, string> = {
  dashboard: 'the page is not available yet. For the history in the terminal: mymlops-client ps',
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
