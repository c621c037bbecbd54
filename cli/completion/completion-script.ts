import type { CommandEntry, CompletionShell, OptionEntry } from './command-table.ts';

/** A script for the shell that completes commands, options and their choices; all else are names of files. */
export const completionScript = (shell: CompletionShell, table: readonly CommandEntry[]): string =>
  ({ bash, zsh, fish })[shell](table);

/** For single quotes of bash and zsh. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const namesOf = ({ long, short }: OptionEntry): string[] => (short === undefined ? [long] : [short, long]);

const choicesOf = (table: readonly CommandEntry[]) =>
  table.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => ({ pattern: namesOf(option).map((name) => quoted(`${path} ${name}`)), option })),
  );

/** Both shells look for the command that the words so far name, word by word. */
const paths = (table: readonly CommandEntry[]): string =>
  table
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|');

const bash = (table: readonly CommandEntry[]): string => {
  const values = choicesOf(table).map(
    ({ pattern, option: { choices } }) =>
      `    ${pattern.join('|')}) COMPREPLY=($(compgen -W ${quoted(choices.join(' '))} -- "$current")); return;;`,
  );
  const words = table.map(
    ({ path, commands, options }) =>
      `    ${quoted(path)}) words=${quoted([...commands.map(({ name }) => name), ...options.flatMap(namesOf)].join(' '))};;`,
  );
  return `# lagline completion bash; load it with: source <(lagline completion bash)
_lagline() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in ${paths(table)}) at="\${at:+$at }$word";; esac
  done
  COMPREPLY=()
  case "$at $previous" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _lagline lagline
`;
};

const zsh = (table: readonly CommandEntry[]): string => {
  const described = (name: string, summary: string): string =>
    quoted(`${name.replaceAll(':', '\\:')}:${summary.replaceAll(':', '\\:')}`);
  const values = choicesOf(table).map(({ pattern, option: { choices } }) =>
    choices.length === 0
      ? `    ${pattern.join('|')}) _files; return;;`
      : `    ${pattern.join('|')}) compadd -- ${choices.map(quoted).join(' ')}; return;;`,
  );
  const words = table.map(
    ({ path, commands, options }) =>
      `    ${quoted(path)}) found=(${[
        ...commands.map(({ name, summary }) => described(name, summary)),
        ...options.flatMap((option) => namesOf(option).map((name) => described(name, option.summary))),
      ].join(' ')});;`,
  );
  return `#compdef lagline
# lagline completion zsh; load it with: source <(lagline completion zsh)
_lagline() {
  local at="" word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in ${paths(table)}) at="\${at:+$at }$word";; esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$at" in
${words.join('\n')}
  esac
  _describe lagline found
  _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _lagline lagline
`;
};

/** For single quotes of fish. */
const fishQuoted = (text: string): string =>
  `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;

const fish = (table: readonly CommandEntry[]): string => {
  const lines = table.flatMap(({ path, commands, options }) => {
    const here = `complete -c lagline -n ${fishQuoted(`__lagline_is_at ${fishQuoted(path)}`)}`;
    return [
      ...commands.map(({ name, summary }) => `${here} -f -a ${fishQuoted(name)} -d ${fishQuoted(summary)}`),
      ...options.map(({ long, short, summary, takesValue, choices }) =>
        [
          here,
          `-l ${long.replace(/^--/, '')}`,
          ...(short === undefined ? [] : [`-s ${short.replace(/^-/, '')}`]),
          ...(takesValue ? ['-r'] : []),
          ...(choices.length === 0 ? [] : [`-f -a ${fishQuoted(choices.join(' '))}`]),
          `-d ${fishQuoted(summary)}`,
        ].join(' '),
      ),
    ];
  });
  const all = table.filter(({ path }) => path !== '').map(({ path }) => fishQuoted(path));
  return `# lagline completion fish; load it with: lagline completion fish | source
function __lagline_is_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    contains -- "$next" ${all.join(' ')}; and set at "$next"
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
};
