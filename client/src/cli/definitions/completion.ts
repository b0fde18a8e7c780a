// `completion`, and the hidden verb that its scripts ask for run ids.
import { Argument, type Command } from 'commander';
import { type Invocation, examples } from '../definition';

export function addCompletion(program: Command, invocation: Invocation): void {
  program
    .command('completion')
    .description('print a script that completes this command line in your shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        'completion bash >> ~/.bashrc',
        'completion zsh >> ~/.zshrc',
        'completion fish > ~/.config/fish/completions/mymlops-client.fish',
      ),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completion } = await import('../../commands/completion');
      invocation.finish(completion(invocation.context(), program, shell));
    });

  program.command('run-ids', { hidden: true }).action(async () => {
    const { runIds } = await import('../../commands/completion');
    invocation.finish(await runIds(invocation.context()));
  });
}
