import { joinBroken } from './broken-lines.ts';
import type { ConsoleLine } from './console-line.ts';
import { markCut } from './cut-lines.ts';

/** A colour or cursor sequence of a terminal. */
// eslint-disable-next-line no-control-regex -- what is taken out is a control sequence
export const terminalEscapes = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)`;

/** What log collectors, CI, compose and quoting put before a line; taken away as often as it stands there. */
const prefix = new RegExp(
  [
    // Containers name the stream behind the time, GitLab numbers it.
    String.raw`^${time}\s(?:std(?:out|err) [FP] |\d\d[OE][ +])?`,
    String.raw`^\[(?:${time}|pod/\S+)\]\s`,
    String.raw`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./-]+(?:\[\d+\])?: `,
    String.raw`^[\w./-]+\s*\|\s`,
    '^>\\s?',
  ].join('|'),
);

/** The lines of a console text without colours, carriage returns and prefixes; what a narrow terminal broke is joined again. */
export const consoleLines = (text: string): ConsoleLine[] => {
  const lines = text
    .replaceAll(terminalEscapes, '')
    .split(/\r*\n/)
    .map((line) => withoutPrefix(lastWritten(line)).trimEnd());
  return markCut(joinBroken(lines));
};

/** A progress bar rewrites its line; what stands there at the end counts. */
const lastWritten = (line: string): string => line.replace(/\r+$/, '').split('\r').at(-1) ?? '';

const withoutPrefix = (line: string): string => {
  let rest = line;
  for (let count = 0; count < 3; count += 1) {
    const next = rest.replace(prefix, '');
    if (next === rest) break;
    rest = next;
  }
  return rest;
};
