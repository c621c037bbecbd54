import { adaptiveNumber, bytesText, groupedNumber, percentText } from './number-format.ts';
import { durationText, elapsedText, kstClock, kstDateTime, type DurationUnits } from './time-format.ts';

/** Every number in a report is written by one of these, so that one figure reads the same everywhere. */
export type Formats = {
  /** Whole number with groups: 161,433. */
  readonly count: (value: number) => string;
  /** Three meaningful digits: 672.6, 0.183. */
  readonly number: (value: number) => string;
  /** Number of messages or requests with its counter. */
  readonly messages: (value: number) => string;
  /** 0 to 100. */
  readonly percent: (value: number) => string;
  readonly perSecond: (value: number) => string;
  /** Response times: 464.8ms. */
  readonly latency: (ms: number) => string;
  /** Stretches of time in words: 8분 30초. */
  readonly duration: (ms: number) => string;
  /** Time on the run's clock: 4:05. */
  readonly elapsed: (ms: number) => string;
  readonly bytes: (value: number) => string;
  /** Date and time in KST, with the zone. */
  readonly dateTime: (epochMs: number) => string;
  /** Time of day in KST, without the zone. */
  readonly clock: (epochMs: number) => string;
  /** By a unit's name; a unit that is not known is written behind the number. */
  readonly quantity: (value: number, unit: string) => string;
};

export type FormatWords = { readonly duration: DurationUnits; readonly messages: string };

const longLatencyMs = 10_000;

export const makeFormats = (words: FormatWords): Formats => {
  const duration = (ms: number): string => durationText(ms, words.duration);
  const messages = (value: number): string => `${groupedNumber(value)}${words.messages}`;
  const latency = (ms: number): string =>
    Math.abs(ms) < longLatencyMs ? `${adaptiveNumber(ms)}ms` : duration(ms);
  const perSecond = (value: number): string => `${adaptiveNumber(value)}/s`;
  const byUnit: Readonly<Record<string, (value: number) => string>> = {
    ms: latency,
    bytes: bytesText,
    'bytes-per-second': (value) => `${bytesText(value)}/s`,
    messages,
    'per-second': perSecond,
    percent: percentText,
    ratio: (value) => percentText(value * 100),
    count: adaptiveNumber,
    none: adaptiveNumber,
  };
  return {
    count: (value) => groupedNumber(value),
    number: adaptiveNumber,
    messages,
    percent: percentText,
    perSecond,
    latency,
    duration,
    elapsed: elapsedText,
    bytes: bytesText,
    dateTime: (epochMs) => `${kstDateTime(epochMs)} KST`,
    clock: kstClock,
    quantity: (value, unit) => byUnit[unit]?.(value) ?? `${adaptiveNumber(value)} ${unit}`,
  };
};
