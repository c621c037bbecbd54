import { parseGoDuration } from '../load/go-duration.ts';

export type ConsoleValue = { readonly value: number; readonly contains: 'time' | 'data' | 'default' };

const bytesOf: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };

/**
 * A number as k6's text summary writes it, in k6's own units: ms for times, bytes for data. undefined for another text,
 * also for one that leaves digits out without saying how many, such as `1.2k`, or that was cut.
 */
export const readConsoleValue = (text: string): ConsoleValue | undefined => {
  const data = /^(-?\d+(?:\.\d+)?)\s?([kMGTP]?B)$/.exec(text);
  if (data) {
    const value = Number(data[1]) * (bytesOf[data[2] ?? ''] ?? Number.NaN);
    return { value: Math.round(value), contains: 'data' };
  }
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return { value: Number(text), contains: 'default' };
  // A time ends in seconds of some kind, and only those have decimals: `1.22m` is what was left of `1.22ms`.
  if (!/^-?(?:\d+[hm])*\d+(?:\.\d+)?(?:ms|s|us|\u00b5s|\u03bcs|ns)$/.test(text)) return undefined;
  const isNegative = text.startsWith('-');
  // Two code points look alike: the micro sign and the Greek letter.
  const ms = parseGoDuration(text.replace(/^-/, '').replaceAll('\u03bc', '\u00b5'));
  return ms === null ? undefined : { value: isNegative ? -ms : ms, contains: 'time' };
};
