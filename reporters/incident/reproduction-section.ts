import { inOneLine } from '../plain-text.ts';
import { blocks, codeSpan, fence } from './markdown.ts';
import type { RunPage, Section } from './section.ts';

/** Commands to run the test again and to write the report again from what was stored. */
export const reproductionSection: Section = (pages, { incident: { reproduction } }) => {
  const commands = [...new Set(pages.map(({ run }) => shellLine(run.environment.command)))].filter(
    (line) => line !== '',
  );
  const folders = pages.flatMap(({ source }) => (source === undefined ? [] : [source.runFolder]));
  const names = [...new Set(pages.flatMap(envNames))];
  return blocks(
    commands.length === 0 ? undefined : `${reproduction.again}:`,
    commands.length === 0 ? undefined : fence('shell', commands.join('\n')),
    names.length === 0 ? undefined : reproduction.envNames(names.map(codeSpan).join(', ')),
    folders.length === 0 ? undefined : `${reproduction.rewrite}:`,
    folders.length === 0 ? undefined : fence('shell', `lagline report ${shellLine(folders)}`),
  );
};

const envNames = ({ source }: RunPage): readonly string[] => source?.record.plan.scenario.envNames ?? [];

/** Words as a POSIX shell takes them. */
const shellLine = (words: readonly string[]): string =>
  words
    .map(inOneLine)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
