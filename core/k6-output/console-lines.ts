/** A colour or cursor sequence of a terminal. */
// eslint-disable-next-line no-control-regex -- what is taken out is a control sequence
export const terminalEscapes = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** What log collectors, compose and quoting put before a line; taken away as often as it stands there. */
const prefix = /^(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)\s|[\w./-]+\s*\|\s|>\s?)/;

/** The lines of a console text without colours, carriage returns and prefixes, wrapped values joined to their line. */
export const consoleLines = (text: string): string[] => {
  const lines: string[] = [];
  for (const raw of text.replaceAll(terminalEscapes, '').split(/\r*\n/)) {
    const line = withoutPrefix(lastWritten(raw)).trimEnd();
    const isWrapped = /^\s*(?:avg|min|med|max|count|p\([\d.]+\))=/.test(line);
    const last = lines.length - 1;
    if (isWrapped && last >= 0) lines[last] = `${lines[last] ?? ''} ${line.trim()}`;
    else lines.push(line);
  }
  return lines;
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
