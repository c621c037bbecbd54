import type { Command } from 'commander';
import { commandTable, completionShells, type CompletionShell } from '../completion/command-table.ts';
import { completionScript } from '../completion/completion-script.ts';
import { KnownError } from '../../core/errors.ts';

/** `lagline completion`: the shell's script on stdout, made of the commands as they are. */
export const completionCommand = (shell: string, program: Command): number => {
  const known = completionShells.find((each): each is CompletionShell => each === shell);
  if (known === undefined)
    throw new KnownError('usage', `there is no completion for the shell '${shell}'`, {
      remedy: `use one of ${completionShells.join(', ')}`,
    });
  process.stdout.write(completionScript(known, commandTable(program)));
  return 0;
};
