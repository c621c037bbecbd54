import { basename } from 'node:path';

/**
 * What k6 complains about, from its log on stderr (text or JSON lines): the last error, on one line, as
 * `file:line:column: reason` where k6 names a place. Undefined when the log has no error.
 */
export const complaintOf = (log: string): string | undefined => {
  const message = log
    .split('\n')
    .map(errorMessageOf)
    .findLast((found) => found !== undefined);
  return message === undefined ? undefined : shorten(message);
};

const errorMessageOf = (line: string): string | undefined => {
  const quoted = /^time=\S+ level=(?:error|fatal) msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line)?.[1];
  if (quoted !== undefined) return unquote(quoted);
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg } = JSON.parse(line) as { level?: unknown; msg?: unknown };
    return (level === 'error' || level === 'fatal') && typeof msg === 'string' ? msg : undefined;
  } catch {
    return undefined;
  }
};

const unquote = (text: string): string => {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text;
  } catch {
    return text.slice(1, -1);
  }
};

const maxCharacters = 400;

const shorten = (message: string): string => {
  const bare = message
    .replace(/^could not initialize '.*?': /, '')
    .replace(/^could not load JS test '.*?': /, '')
    // What follows explains how to mount folders into k6's container image.
    .replace(/(couldn't be found on local disk)\..*$/s, '$1');
  const [first = '', ...frames] = bare.split('\n');
  const syntax = /^(\S+): Line (\d+):(\d+) (.*)$/.exec(first);
  const thrown = frames
    .map((frame) => /^\s+at .*?(file:\S+?):(\d+):(\d+)\(/.exec(frame))
    .find((found) => found !== null);
  const text =
    syntax !== null
      ? `${place(syntax)}: ${syntax[4]}`
      : thrown !== undefined
        ? `${place(thrown)}: ${first}`
        : [first, ...frames.map((frame) => frame.trim())].filter((part) => part !== '').join(' ');
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
};

const place = ([, file = '', line, column]: RegExpExecArray): string => `${basename(file)}:${line}:${column}`;
