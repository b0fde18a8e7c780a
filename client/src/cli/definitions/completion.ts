// `completion`, and the hidden command `run-ids` that its scripts call.
import { Argument, type Command } from 'commander';
import { type Invocation, examples } from '../definition';

export function addCompletion(program: Command, invocation: Invocation): void {
  program
    .command('completion')
    .description('print a shell completion script')
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
