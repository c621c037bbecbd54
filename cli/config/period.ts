import { parseDurationMs, readDurationMs } from '../../core/duration.ts';
import { KnownError } from '../../core/errors.ts';

/** Times in ms since the epoch. */
export type GivenPeriod = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

export type PeriodFlags = { readonly from: string; readonly to?: string; readonly step?: string };

/** Readings of one period: more would make a journal that nothing can draw. */
const mostTimes = 100_000;

/** A past period: its end is now unless given, its step a second. */
export const readPeriod = ({ from, to = 'now', step = '1s' }: PeriodFlags, nowMs: number): GivenPeriod => {
  const fromMs = readMoment(from, '--from', nowMs);
  const toMs = readMoment(to, '--to', nowMs);
  const stepMs = readStep(step);
  for (const [flag, text, atMs] of [
    ['--from', from, fromMs],
    ['--to', to, toMs],
  ] as const) {
    if (atMs <= nowMs) continue;
    throw new KnownError('usage', `${flag} '${text}' is yet to come (it is ${iso(nowMs)} now)`, {
      remedy: 'give a time in the past, e.g. --from -2h --to now',
    });
  }
  if (fromMs >= toMs) {
    throw new KnownError('usage', `--from ${iso(fromMs)} is not before --to ${iso(toMs)}`, {
      remedy: 'give the earlier time first',
    });
  }
  if ((toMs - fromMs) / stepMs > mostTimes) {
    throw new KnownError(
      'usage',
      `from ${iso(fromMs)} to ${iso(toMs)} in steps of ${step} are more than ${mostTimes} readings`,
      { remedy: `give a longer --step, at least ${Math.ceil((toMs - fromMs) / mostTimes / 1000)}s` },
    );
  }
  return { fromMs, toMs, stepMs };
};

const readStep = (text: string): number => {
  const stepMs = parseDurationMs(text, '--step');
  if (stepMs >= 100 && stepMs <= 3_600_000) return stepMs;
  throw new KnownError('usage', `--step '${text}' is not between 100 ms and an hour`, {
    remedy: 'give at least 100ms; 1s is the default',
  });
};

/** `now`, a duration before now such as `-2h`, or ISO 8601 with its time zone. */
const readMoment = (text: string, flag: string, nowMs: number): number => {
  if (text === 'now') return nowMs;
  const agoMs = text.startsWith('-') ? readDurationMs(text.slice(1)) : undefined;
  if (agoMs !== undefined) return nowMs - agoMs;
  const isWhole = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const epochMs = isWhole ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(epochMs)) return epochMs;
  const isWithoutZone = Number.isFinite(Date.parse(text)) && /^\d{4}-\d{2}-\d{2}/.test(text);
  throw new KnownError(
    'usage',
    isWithoutZone && !isWhole
      ? `${flag} '${text}' has no time of day with a time zone`
      : `${flag} '${text}' is not a time`,
    {
      remedy: `write it as in ${flag} 2026-03-14T14:26:00+09:00, ${flag} 2026-03-14T05:26:00Z or ${flag} -2h`,
    },
  );
};

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
