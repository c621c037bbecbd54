import { withoutControls } from '../plain-text.ts';

/** `running (0m24.0s), 300/300 VUs, 16143 complete and 0 interrupted iterations` */
const progressLine = /^running \(/;
/** `default ✓ [======>-----] 300/300 VUs  0m24.0s/4m0s` and `default   [  10% ] …` */
const progressBar = /^\S.*\s\[(?:[=>\- ]*|\s*\d+%\s*)\](?:\s|$)/;
const logLine = /^(?:time="|(?:TRAC|DEBU|INFO|WARN|ERRO|FATA)\[)/;
const shownLogLines = 10;

/**
 * What k6 printed, without progress, colours and controls; its own words and spacing stay. Of its log only the first
 * lines are kept: a script that warns at each request would fill the report. Empty when nothing is left.
 */
export const quotableConsole = (console: string, leftOut: (count: number) => string): string => {
  const lines = withoutControls(withoutOverwritten(console))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !progressLine.test(line) && !progressBar.test(line));
  return withoutEdges(collapse(shortenLog(lines, leftOut))).join('\n');
};

/** A carriage return starts the line anew: what stands before it was overwritten. */
const withoutOverwritten = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .join('\n');

const shortenLog = (lines: readonly string[], leftOut: (count: number) => string): string[] => {
  const isDropped = new Set(
    lines.flatMap((line, index) => (logLine.test(line) ? [index] : [])).slice(shownLogLines),
  );
  const [first] = isDropped;
  return lines.flatMap((line, index) => {
    if (index === first) return [leftOut(isDropped.size)];
    return isDropped.has(index) ? [] : [line];
  });
};

/** Where progress was taken out, many empty lines are left; two in a row are enough. */
const collapse = (lines: readonly string[]): string[] =>
  lines.filter((line, index) => line !== '' || lines[index - 1] !== '' || lines[index - 2] !== '');

const withoutEdges = (lines: readonly string[]): string[] => {
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
};
