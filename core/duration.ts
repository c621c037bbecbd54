import { KnownError } from './errors.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration as k6 writes it (`90s`, `1m30s`, `500ms`); a bare number is in ms. Answers ms, above 0. */
export const parseDurationMs = (text: string, what: string): number => {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed) && Number(trimmed) > 0) return Number(trimmed);
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join('') === trimmed && trimmed !== '';
  const ms = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ''] ?? Number.NaN),
    0,
  );
  if (isWhole && ms > 0) return Math.round(ms);
  throw new KnownError('usage', `${what} '${text}' is not a duration`, {
    remedy: "write it as in k6, e.g. '90s', '1m30s' or '500ms'",
  });
};
