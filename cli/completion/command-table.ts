import type { Command, Option } from 'commander';

export type CompletionShell = 'bash' | 'zsh' | 'fish';
export const completionShells: readonly CompletionShell[] = ['bash', 'zsh', 'fish'];

/** What may stand behind a command, as its own help says. */
export type CommandEntry = {
  /** Names of the commands down to it, such as `stack up`; empty for lagline itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionEntry[];
};

export type OptionEntry = {
  readonly long: string;
  readonly short: string | undefined;
  readonly summary: string;
  readonly takesValue: boolean;
  /** Empty where any value may be given. */
  readonly choices: readonly string[];
};

/** The tree of commands, each with the way to it, those above first. */
export const commandTable = (command: Command, path = ''): CommandEntry[] => {
  const below = command.commands.map((each) => ({ name: each.name(), summary: each.description(), each }));
  return [
    {
      path,
      commands: below.map(({ name, summary }) => ({ name, summary })),
      options: command.options.filter(({ hidden }) => !hidden).map(optionEntry),
    },
    ...below.flatMap(({ name, each }) => commandTable(each, path === '' ? name : `${path} ${name}`)),
  ];
};

const optionEntry = ({ long, short, description, required, optional, argChoices }: Option): OptionEntry => ({
  long: long ?? short ?? '',
  short: long == null ? undefined : (short ?? undefined),
  summary: description,
  takesValue: required || optional,
  choices: argChoices ?? [],
});
