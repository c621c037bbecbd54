import { inOneLine } from '../plain-text.ts';
import { blocks, fence } from './block.ts';
import { codeSpan } from './markdown.ts';
import { isMadeOfSavedOutput, type RunPage, type Section } from './section.ts';

/** Commands to run the test again and to write the report again from what was stored. */
export const reproductionSection: Section = (pages, { incident: { reproduction } }) => {
  const commands = [...new Set(pages.map(({ run }) => commandLine(run.environment.command)))].filter(
    (line) => line !== '',
  );
  const folders = pages.flatMap(({ source }) => (source === undefined ? [] : [source.runFolder]));
  const sources = isMadeOfSavedOutput(pages) ? ['--k6-summary', ...new Set(folders)] : folders;
  const names = [...new Set(pages.flatMap(envNames))];
  const isPast = pages.every(({ run }) => run.reconstruction !== null);
  return blocks(
    commands.length === 0 ? undefined : `${isPast ? reproduction.rebuildAgain : reproduction.again}:`,
    commands.length === 0 ? undefined : fence('shell', commands.join('\n')),
    commands.length === 0 ? undefined : reproduction.where,
    names.length === 0 ? undefined : reproduction.envNames(names.map(codeSpan).join(', ')),
    folders.length === 0 ? undefined : `${reproduction.rewrite}:`,
    folders.length === 0
      ? undefined
      : fence('shell', commandLine(['lagline', 'report', ...sources, '--out', '.'])),
    folders.length === 0 ? undefined : reproduction.rewriteWhere,
  );
};

/** What the demo passes to its scripts it passes by itself again. */
const envNames = ({ run, source }: RunPage): readonly string[] =>
  run.environment.command[1] === 'demo' ? [] : (source?.record.plan.scenario.envNames ?? []);

/** The stored command as it is given in a checkout of lagline. */
const commandLine = ([program, ...rest]: readonly string[]): string =>
  program === undefined
    ? ''
    : shellLine(program === 'lagline' ? [...checkoutCommand, ...rest] : [program, ...rest]);

const checkoutCommand = ['npm', 'run', '-s', 'lagline', '--'];

/** Words as a POSIX shell takes them. */
const shellLine = (words: readonly string[]): string =>
  words
    .map(inOneLine)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
