import { KnownError } from './errors.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** What `readDurationMs` takes: parts with units, or a bare number. */
export const durationPattern = /(?:\d+(?:\.\d+)?(?:ms|s|m|h))+|\d+/;

/** ms of a duration as k6 writes it (`90s`, `1m30s`, `500ms`; a bare number is in ms); undefined for another text. */
export const readDurationMs = (text: string): number | undefined => {
  const whole = new RegExp(`^(?:${durationPattern.source})$`).test(text);
  if (!whole) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return Math.round(
    parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ''] ?? Number.NaN), 0),
  );
};

/** Likewise where a duration has to be; ms, above 0. */
export const parseDurationMs = (text: string, what: string): number => {
  const ms = readDurationMs(text.trim());
  if (ms !== undefined && ms > 0) return ms;
  throw new KnownError('usage', `${what} '${text}' is not a duration`, {
    remedy: "write it as in k6, e.g. '90s', '1m30s' or '500ms'",
  });
};
